package dev.freshet.job.matrix;

/** What a table of LanceDB 0.39.0 has beside the index that Freshet is asked for. */
enum Neighbour {
  /** A B-tree and a full-text index, as Lance 7 reads them. */
  SCALARS(false),
  /** A full-text index of a version that Lance 7 hides, and would lose. */
  FTS_OF_LARGE_BLOCKS(true),
  /** An index of a type that Lance 7 does not know. */
  FM(false),
  /** Freshet is asked to go on with an index whose codes Lance 7 ranks wrongly. */
  IVF_RQ(true),
  /** A write path that holds rows which nobody has merged. */
  WRITE_PATH(false);

  private final boolean refused;

  Neighbour(boolean refused) {
    this.refused = refused;
  }

  /** Whether Freshet must leave the table as it is, and say so in one line. */
  boolean refused() {
    return refused;
  }
}
