package dev.freshet.vector.kernels;

/**
 * What tells a score, as of {@link PackedCentroids}, from the distance it stands for.
 *
 * @param radius the largest norm of the fixed vectors, relative to the shift
 * @param rounding what a score may be wrong by, as a part of the square of both norms' sum
 */
record NearLimits(Distance distance, double radius, double rounding) {

  /** Below this, no score overflows. */
  private static final float LARGEST = Float.MAX_VALUE / 8;

  static NearLimits of(PackedCentroids fixed) {
    double largest = 0;
    for (int i = 0; i < fixed.count(); i++) {
      double squares = 0;
      for (int d = 0; d < fixed.dimension(); d++) {
        double value = fixed.centroids()[i * fixed.dimension() + d] - fixed.shift()[d];
        squares += value * value;
      }
      largest = Math.max(largest, squares);
    }
    return new NearLimits(
        fixed.distance(), Math.sqrt(largest), (fixed.dimension() + Float.SIZE) * 0x1p-22);
  }

  /**
   * What to add to a limit so that no score of a nearer vector is above it; infinite if scores may
   * overflow.
   *
   * @param squaredNorm of the row relative to the shift
   */
  float offset(float squaredNorm) {
    double reach = Math.sqrt(squaredNorm) + radius;
    if (!(reach * reach < LARGEST)) {
      return Float.POSITIVE_INFINITY;
    }
    double exact = distance == Distance.SQUARED_L2 ? -squaredNorm : -1;
    return (float) (exact + rounding * (reach * reach + 1));
  }
}
