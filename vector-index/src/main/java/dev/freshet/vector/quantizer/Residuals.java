package dev.freshet.vector.quantizer;

import dev.freshet.state.model.Metric;

/** What is left of vectors after their centroid is taken away. */
public final class Residuals {
  private Residuals() {}

  /** Whether PQ codes of this metric are those of residuals; the inner product takes none. */
  public static boolean used(Metric metric) {
    return metric != Metric.DOT;
  }

  /**
   * Subtracts from each vector its centroid, in place; partition -1 counts as 0.
   *
   * @param vectors shape [rows][dimension]
   * @param partitions the partition of each row
   */
  public static void subtract(
      float[] vectors, int rows, int[] partitions, float[] centroids, int dimension) {
    for (int row = 0; row < rows; row++) {
      subtract(
          vectors, row * dimension, centroids, Math.max(0, partitions[row]) * dimension, dimension);
    }
  }

  private static void subtract(float[] from, int at, float[] what, int whatAt, int length) {
    for (int i = 0; i < length; i++) {
      from[at + i] -= what[whatAt + i];
    }
  }
}
