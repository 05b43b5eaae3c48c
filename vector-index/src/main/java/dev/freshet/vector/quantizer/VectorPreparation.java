package dev.freshet.vector.quantizer;

import dev.freshet.state.model.Metric;

/** Makes vectors ready for centroids and quantizers the way Lance does. */
public final class VectorPreparation {
  private static final int SIDE_BY_SIDE = 4;

  /** Two vectors of this squared norm differ by one that float32 still holds, however rounded. */
  private static final double LARGEST_SQUARED_NORM = Float.MAX_VALUE / 8;

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
      divide(vectors, from, dimension, squares(vectors, from, dimension));
    }
  }

  private static float squares(float[] vectors, int from, int dimension) {
    float squares = 0f;
    for (int i = from; i < from + dimension; i++) {
      squares += vectors[i] * vectors[i];
    }
    return squares;
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

  /**
   * Whether the vector at an offset gets a code; the others are skipped and counted. They are not
   * finite, or under cosine so short that their squared norm is 0 in float32: they have no
   * direction. The length has no upper limit.
   */
  public static boolean isEncodable(float[] vectors, int offset, int dimension, Metric metric) {
    return isFinite(vectors, offset, dimension)
        && (metric != Metric.COSINE || squares(vectors, offset, dimension) > 0);
  }

  /**
   * Whether the vector at an offset gets a code and is short enough for float32 to hold its
   * distances. Longer ones are encoded as Lance encodes them, but no search tells them apart, so
   * models are trained and segments verified without them.
   */
  public static boolean isMeasurable(float[] vectors, int offset, int dimension, Metric metric) {
    double squares = 0;
    for (int i = offset; i < offset + dimension; i++) {
      squares += (double) vectors[i] * vectors[i];
    }
    return squares <= LARGEST_SQUARED_NORM && isEncodable(vectors, offset, dimension, metric);
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
