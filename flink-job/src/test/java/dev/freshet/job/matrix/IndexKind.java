package dev.freshet.job.matrix;

import dev.freshet.state.model.IndexType;

/** Whose index it is at first: LanceDB's, which Freshet takes over, or one that Freshet builds. */
enum IndexKind {
  TAKEN_FLAT(IndexType.IVF_FLAT, true),
  TAKEN_PQ(IndexType.IVF_PQ, true),
  TAKEN_HNSW_SQ(IndexType.IVF_HNSW_SQ, true),
  TAKEN_HNSW_PQ(IndexType.IVF_HNSW_PQ, true),
  BUILT_FLAT(IndexType.IVF_FLAT, false),
  BUILT_PQ(IndexType.IVF_PQ, false),
  BUILT_SQ(IndexType.IVF_SQ, false),
  BUILT_HNSW_SQ(IndexType.IVF_HNSW_SQ, false),
  BUILT_HNSW_PQ(IndexType.IVF_HNSW_PQ, false),
  BUILT_RQ(IndexType.IVF_RQ, false);

  private final IndexType type;
  private final boolean taken;

  IndexKind(IndexType type, boolean taken) {
    this.type = type;
    this.taken = taken;
  }

  /** How its answers can be judged. */
  enum Answers {
    /** It holds whole vectors: they are those of brute force. */
    EXACT,
    /** It compares every row by its code. */
    BY_CODES,
    /** The same, and each build draws its codes anew, so recall by them tells little. */
    BY_DRAWN_CODES,
    /** It follows a graph, and may miss rows. */
    BY_GRAPH
  }

  IndexType type() {
    return type;
  }

  /** Whether its model follows rows that drift. */
  boolean grows() {
    return type == IndexType.IVF_FLAT || type == IndexType.IVF_PQ;
  }

  boolean taken() {
    return taken;
  }

  Answers answers() {
    return switch (type) {
      case IVF_FLAT -> Answers.EXACT;
      case IVF_PQ, IVF_SQ -> Answers.BY_CODES;
      case IVF_RQ -> Answers.BY_DRAWN_CODES;
      case IVF_HNSW_PQ, IVF_HNSW_SQ -> Answers.BY_GRAPH;
    };
  }
}
