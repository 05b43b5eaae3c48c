package dev.freshet.vector.quantizer;

import dev.freshet.state.model.Metric;

/**
 * Says whether two codes, or two partitions, of a vector are the same but for rounding in float32.
 *
 * <p>A distance that was computed in float32 is off by a few units in its last place, and a
 * residual by as many of the vector that it was taken from. So entries of a codebook count as
 * equally near if their squared distances differ by less than {@value #RELATIVE} of the lengths
 * involved, steps of SQ if they are neighbours, and stored vectors if they are equal, or for
 * cosine, where they were divided by a rounded length, differ by {@value #NORMALISED}.
 */
final class CodeTolerance {
  private static final double RELATIVE = 1e-5;
  private static final double NORMALISED = 1e-5;
  private static final double ULP = 0x1p-22;

  private final IvfModel model;

  CodeTolerance(IvfModel model) {
    this.model = model;
  }

  /** Whether the squared length of a vector is a float32 value with room for a distance. */
  static boolean measurable(float[] vectors, int at, int dimension) {
    double squares = 0;
    for (int i = at; i < at + dimension; i++) {
      squares += (double) vectors[i] * vectors[i];
    }
    return 4 * squares <= Float.MAX_VALUE;
  }

  /**
   * Whether the stored code is as good as the expected one.
   *
   * @param vectors prepared vectors, that of the row from {@code at} on
   * @param partition where the code is stored
   */
  boolean sameCode(
      float[] vectors,
      int at,
      int partition,
      byte[] expected,
      int expectedAt,
      byte[] stored,
      int storedAt) {
    Quantizer quantizer = model.quantizer();
    if (quantizer instanceof Quantizer.Product pq) {
      return sameProduct(pq, vectors, at, partition, expected, expectedAt, stored, storedAt);
    }
    if (quantizer instanceof Quantizer.Scalar) {
      return sameSteps(expected, expectedAt, stored, storedAt);
    }
    return sameVector(vectors, at, stored, storedAt);
  }

  /** Whether two partitions are equally near. */
  boolean asNear(float[] vectors, int at, int nearest, int partition) {
    int dimension = model.dimension();
    double vector = 0;
    double near = 0;
    double far = 0;
    double lengths = 0;
    for (int i = 0; i < dimension; i++) {
      double v = vectors[at + i];
      double a = model.centroids()[nearest * dimension + i];
      double b = model.centroids()[partition * dimension + i];
      vector += v * v;
      lengths += a * a + b * b;
      near += model.metric() == Metric.DOT ? -v * a : (v - a) * (v - a);
      far += model.metric() == Metric.DOT ? -v * b : (v - b) * (v - b);
    }
    return far - near <= RELATIVE * (vector + lengths);
  }

  private boolean sameProduct(
      Quantizer.Product pq,
      float[] vectors,
      int at,
      int partition,
      byte[] expected,
      int expectedAt,
      byte[] stored,
      int storedAt) {
    for (int sub = 0; sub < pq.subVectors(); sub++) {
      int right = entry(pq, expected, expectedAt, sub);
      int other = entry(pq, stored, storedAt, sub);
      if (right != other
          && !equallyNear(pq, vectors, at, partition, sub, right, other)
          && !(model.metric() == Metric.DOT && largestProduct(pq, vectors, at, sub, other))) {
        return false;
      }
    }
    return true;
  }

  /** The code of a sub-vector. */
  static int entry(Quantizer.Product pq, byte[] code, int at, int sub) {
    return pq.bits() == Byte.SIZE
        ? code[at + sub] & 0xFF
        : (code[at + sub / 2] & 0xFF) >>> 4 * (sub % 2) & 0xF;
  }

  private boolean equallyNear(
      Quantizer.Product pq, float[] vectors, int at, int partition, int sub, int right, int other) {
    int length = model.dimension() / pq.subVectors();
    int first = sub * length;
    int rightAt = (sub * pq.entries() + right) * length;
    int otherAt = (sub * pq.entries() + other) * length;
    boolean residual = Residuals.used(model.metric());
    double vector = 0;
    double near = 0;
    double far = 0;
    double lengths = 0;
    for (int i = 0; i < length; i++) {
      double v = vectors[at + first + i];
      double c = residual ? model.centroids()[partition * model.dimension() + first + i] : 0;
      double r = v - c;
      double a = pq.codebook()[rightAt + i];
      double b = pq.codebook()[otherAt + i];
      vector += v * v + c * c;
      lengths += r * r + Math.max(a * a, b * b);
      near += (r - a) * (r - a);
      far += (r - b) * (r - b);
    }
    return far - near <= RELATIVE * lengths + ULP * Math.sqrt(vector * lengths);
  }

  /** Lance takes the largest inner product where it builds by fragments with a given codebook. */
  private boolean largestProduct(Quantizer.Product pq, float[] vectors, int at, int sub, int own) {
    int length = model.dimension() / pq.subVectors();
    double ownProduct = 0;
    double largest = Double.NEGATIVE_INFINITY;
    double lengths = 0;
    for (int entry = 0; entry < pq.entries(); entry++) {
      int from = (sub * pq.entries() + entry) * length;
      double product = 0;
      for (int i = 0; i < length; i++) {
        double v = vectors[at + sub * length + i];
        double e = pq.codebook()[from + i];
        product += v * e;
        lengths = Math.max(lengths, v * v + e * e);
      }
      largest = Math.max(largest, product);
      ownProduct = entry == own ? product : ownProduct;
    }
    return largest - ownProduct <= RELATIVE * length * lengths;
  }

  private boolean sameSteps(byte[] expected, int expectedAt, byte[] stored, int storedAt) {
    for (int i = 0; i < model.dimension(); i++) {
      if (Math.abs((expected[expectedAt + i] & 0xFF) - (stored[storedAt + i] & 0xFF)) > 1) {
        return false;
      }
    }
    return true;
  }

  private boolean sameVector(float[] vectors, int at, byte[] stored, int storedAt) {
    double allowed = model.metric() == Metric.COSINE ? NORMALISED : 0;
    for (int i = 0; i < model.dimension(); i++) {
      float value = Float.intBitsToFloat(littleEndian(stored, storedAt + i * Float.BYTES));
      if (!(Math.abs((double) value - vectors[at + i]) <= allowed)) {
        return false;
      }
    }
    return true;
  }

  private static int littleEndian(byte[] bytes, int at) {
    return bytes[at] & 0xFF
        | (bytes[at + 1] & 0xFF) << 8
        | (bytes[at + 2] & 0xFF) << 16
        | (bytes[at + 3] & 0xFF) << 24;
  }
}
