package dev.freshet.job.matrix;

/** What happens to a table between two runs of Freshet. */
enum Change {
  APPEND,
  DELETE,
  /** Vectors of single rows, and the words of many. */
  UPDATE,
  /** Half of the rows are there. */
  MERGE_INSERT,
  /** Rows are appended, and {@code optimize()} indexes them. */
  OPTIMIZE,
  /** Most rows are deleted, and {@code optimize()} rewrites what is left. */
  DELETE_OPTIMIZE,
  /** Rows are merged in, and {@code optimize()} rewrites and indexes them. */
  MERGE_OPTIMIZE,
  /** Most rows are deleted, then lance-core compacts; nothing is appended. */
  DELETE_COMPACT,
  /** Rows are merged in, then lance-core compacts. */
  MERGE_COMPACT,
  /** Freshet itself compacts what has deleted rows. */
  FRESHET_COMPACT;

  boolean optimizes() {
    return this == OPTIMIZE || this == DELETE_OPTIMIZE || this == MERGE_OPTIMIZE;
  }
}
