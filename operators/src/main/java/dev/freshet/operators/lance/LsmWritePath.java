package dev.freshet.operators.lance;

/**
 * LanceDB's write path over a log-structured merge tree: rows wait in a log and in generations
 * beside the table until a writer of its own merges them.
 */
public final class LsmWritePath {

  /** The system index in whose details the manifest keeps what has been merged. */
  public static final String INDEX = "__lance_mem_wal";

  private LsmWritePath() {}

  /** Whether rows of the table may wait beside the version. */
  public static boolean isUsed(DatasetHandle version) {
    return version.dataset().getIndexes().stream().anyMatch(index -> index.name().equals(INDEX));
  }
}
