package dev.freshet.vector.training;

import java.util.Arrays;

/**
 * Finds the few rows of a sample whose values are out of all proportion to the others', so that a
 * model is not made for them: one of them would take a centroid, a codebook entry of each
 * sub-vector, or all of the range that scalar codes have.
 *
 * <p>A row is measured by its greatest absolute value. What is usual is measured by the 99th
 * percentile of the rows, so fewer than one row in a hundred is ever left out.
 */
final class Extremes {
  private static final double USUAL = 0.99;

  private Extremes() {}

  /**
   * The greatest absolute value of a row that is not left out.
   *
   * @param vectors shape [rows][dimension]
   * @param factor how many times the usual is still in proportion
   * @return infinity if no row is out of proportion, or most have no values but 0
   */
  static float limit(float[] vectors, int rows, int dimension, float factor) {
    float[] greatest = new float[rows];
    for (int row = 0; row < rows; row++) {
      greatest[row] = greatest(vectors, row * dimension, dimension);
    }
    Arrays.sort(greatest);
    float usual = rows == 0 ? 0 : greatest[(int) (USUAL * (rows - 1))];
    return usual > 0 ? factor * usual : Float.POSITIVE_INFINITY;
  }

  /** The greatest absolute value of the vector at an offset. */
  static float greatest(float[] vectors, int offset, int dimension) {
    float greatest = 0f;
    for (int i = offset; i < offset + dimension; i++) {
      greatest = Math.max(greatest, Math.abs(vectors[i]));
    }
    return greatest;
  }
}
