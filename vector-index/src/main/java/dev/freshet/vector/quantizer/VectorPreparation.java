package dev.freshet.vector.quantizer;

/** Makes vectors ready for centroids and quantizers the way Lance does. */
public final class VectorPreparation {
  private static final int SIDE_BY_SIDE = 4;

  private VectorPreparation() {}

  /**
   * Divides each vector by its L2 norm in place; a zero vector becomes NaN.
   *
   * <p>The squares are summed in float32 and in order, as Lance sums them, so that the result is
   * the same to the last bit. Four vectors side by side hide the latency of the additions.
   *
   * @param vectors shape [rows][dimension]
   */
  public static void normalize(float[] vectors, int fromRow, int toRow, int dimension) {
    int row = fromRow;
    for (; row + SIDE_BY_SIDE <= toRow; row += SIDE_BY_SIDE) {
      normalizeFour(vectors, row * dimension, dimension);
    }
    for (; row < toRow; row++) {
      int from = row * dimension;
      float squares = 0f;
      for (int i = from; i < from + dimension; i++) {
        squares += vectors[i] * vectors[i];
      }
      divide(vectors, from, dimension, squares);
    }
  }

  private static void normalizeFour(float[] vectors, int from, int dimension) {
    float a = 0f;
    float b = 0f;
    float c = 0f;
    float d = 0f;
    for (int i = from; i < from + dimension; i++) {
      float v = vectors[i];
      float w = vectors[i + dimension];
      float x = vectors[i + 2 * dimension];
      float y = vectors[i + 3 * dimension];
      a += v * v;
      b += w * w;
      c += x * x;
      d += y * y;
    }
    divide(vectors, from, dimension, a);
    divide(vectors, from + dimension, dimension, b);
    divide(vectors, from + 2 * dimension, dimension, c);
    divide(vectors, from + 3 * dimension, dimension, d);
  }

  private static void divide(float[] values, int from, int length, float squares) {
    float norm = (float) Math.sqrt(squares);
    for (int i = from; i < from + length; i++) {
      values[i] /= norm;
    }
  }

  /** Whether no value of the vector at an offset is NaN or infinite. */
  public static boolean isFinite(float[] vectors, int offset, int dimension) {
    for (int i = offset; i < offset + dimension; i++) {
      if (!(Math.abs(vectors[i]) <= Float.MAX_VALUE)) { // also true of NaN
        return false;
      }
    }
    return true;
  }
}
