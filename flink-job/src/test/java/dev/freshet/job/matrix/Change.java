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
  FRESHET_COMPACT,
  /** Rows of another kind are appended, for which the model grows. */
  DRIFT,
  /** The same; the index of two models is optimized, and rows are merged in. */
  DRIFT_OPTIMIZE,
  /** Kinds of rows come and go until the model gives way to another; then the same. */
  GIVE_WAY_OPTIMIZE;

  /** Whether rows come for which a model grows, if it is of a type that can. */
  boolean drifts() {
    return this == DRIFT || this == DRIFT_OPTIMIZE || this == GIVE_WAY_OPTIMIZE;
  }

  boolean optimizes() {
    return this == OPTIMIZE
        || this == DELETE_OPTIMIZE
        || this == MERGE_OPTIMIZE
        || this == DRIFT_OPTIMIZE
        || this == GIVE_WAY_OPTIMIZE;
  }
}
