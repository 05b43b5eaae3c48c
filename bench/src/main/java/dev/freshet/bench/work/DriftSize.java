package dev.freshet.bench.work;

/**
 * How many rows a table has under drift.
 *
 * @param firstRows that are there before any drift
 * @param stepRows that each step inserts
 */
record DriftSize(int dimension, int firstRows, int stepRows) {

  /** What a codebook is trained on at least, with some to spare, is in the first rows. */
  private static final int LEAST_ROWS = 100;

  DriftSize {
    if (dimension < 1 || firstRows < 1 || stepRows < 1) {
      throw new IllegalArgumentException(
          "No table of " + firstRows + " and " + stepRows + " rows a step, " + dimension + " wide");
    }
  }

  /** The same number of steps, each smaller or larger; never too small to be trained on. */
  DriftSize scaled(double factor) {
    return new DriftSize(
        dimension,
        (int) Math.max(6 * LEAST_ROWS, Math.round(firstRows * factor)),
        (int) Math.max(LEAST_ROWS, Math.round(stepRows * factor)));
  }
}
