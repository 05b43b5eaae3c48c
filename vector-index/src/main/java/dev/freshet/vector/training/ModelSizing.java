package dev.freshet.vector.training;

/** Sizes of a model that nobody chose. */
public final class ModelSizing {
  private static final int MAX_PARTITIONS = 4096;

  /** With fewer rows a partition is not worth the centroid that must be compared to reach it. */
  private static final int MIN_ROWS_PER_PARTITION = 32;

  private static final int[] PREFERRED_LENGTHS = {8, 16, 4};

  private ModelSizing() {}

  /** The square root of the rows, at least 1 and at most 4096, with 32 rows a partition or more. */
  public static int partitions(long rows) {
    long most = Math.min(MAX_PARTITIONS, rows / MIN_ROWS_PER_PARTITION);
    return (int) Math.max(1, Math.min(most, Math.round(Math.sqrt((double) rows))));
  }

  /**
   * The number of PQ sub-vectors: of length 8 if that divides the dimension, else 16, else 4, else
   * the divisor nearest to 8; an even number for 4 bits.
   *
   * @throws IllegalArgumentException if 4 bits are asked for and the dimension is odd
   */
  public static int subVectors(int dimension, int bits) {
    for (int length : PREFERRED_LENGTHS) {
      if (fits(dimension, length, bits)) {
        return dimension / length;
      }
    }
    int nearest = 0;
    for (int length = 1; length <= dimension; length++) {
      if (fits(dimension, length, bits)
          && (nearest == 0 || Math.abs(length - 8) < Math.abs(nearest - 8))) {
        nearest = length;
      }
    }
    if (nearest == 0) {
      throw new IllegalArgumentException(
          "PQ with 4 bits needs an even dimension, not " + dimension + ": use 8 bits");
    }
    return dimension / nearest;
  }

  /**
   * Checks a chosen number of sub-vectors.
   *
   * @throws IllegalArgumentException if it does not divide the dimension, or is odd for 4 bits
   */
  public static void checkSubVectors(int dimension, int subVectors, int bits) {
    if (subVectors < 1 || dimension % subVectors != 0) {
      throw new IllegalArgumentException(
          "dimension " + dimension + " is not divisible by " + subVectors + " sub-vectors");
    }
    if (bits == 4 && subVectors % 2 != 0) {
      throw new IllegalArgumentException(
          "PQ with 4 bits needs an even number of sub-vectors, not " + subVectors);
    }
  }

  private static boolean fits(int dimension, int length, int bits) {
    return dimension % length == 0 && (bits != 4 || dimension / length % 2 == 0);
  }
}
