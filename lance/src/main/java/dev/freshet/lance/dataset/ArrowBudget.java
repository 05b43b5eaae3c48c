package dev.freshet.lance.dataset;

/**
 * Most bytes of Arrow buffers, outside of the heap, that one user of a dataset may hold at a time,
 * by what it reads. Each is a limit, not a reservation.
 */
public final class ArrowBudget {

  /** For manifests, row ids, and single batches of small columns. */
  public static final long MANIFEST = 64L << 20;

  /** For batches of vectors that are read ahead, and the vectors that a segment is verified by. */
  public static final long ROWS = 512L << 20;

  /** For samples that a model is trained on, and whole results. */
  public static final long SAMPLE = 1L << 30;

  private ArrowBudget() {}
}
