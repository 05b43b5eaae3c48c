package dev.freshet.bench.work;

/**
 * How many rows a table has under drift.
 *
 * @param firstRows that are there before any drift
 * @param stepRows that each step inserts
 * @param steps after the first rows
 */
record DriftSize(int dimension, int firstRows, int stepRows, int steps) {

  /** What a codebook is trained on at least, with some to spare, is in the first rows. */
  private static final int LEAST_ROWS = 100;

  DriftSize {
    if (dimension < 1 || firstRows < 1 || stepRows < 1 || steps < 1) {
      throw new IllegalArgumentException(
          String.format(
              "No table of %d rows of dimension %d, and %d steps of %d",
              firstRows, dimension, steps, stepRows));
    }
  }

  /** The same number of steps, each smaller or larger; never too small to be trained on. */
  DriftSize scaled(double factor) {
    return new DriftSize(
        dimension,
        (int) Math.max(6 * LEAST_ROWS, Math.round(firstRows * factor)),
        (int) Math.max(LEAST_ROWS, Math.round(stepRows * factor)),
        steps);
  }
}
