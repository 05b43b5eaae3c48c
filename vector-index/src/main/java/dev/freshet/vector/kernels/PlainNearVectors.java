package dev.freshet.vector.kernels;

/** One row at a time against all fixed vectors in one panel. */
final class PlainNearVectors implements NearVectors {
  private final PackedCentroids fixed;
  private final NearLimits nearness;

  /**
   * @param fixed in one panel
   */
  PlainNearVectors(PackedCentroids fixed) {
    this.fixed = fixed;
    this.nearness = NearLimits.of(fixed);
  }

  @Override
  public void find(float[] vectors, int fromRow, int toRow, float[] limits, Pairs pairs) {
    float[] scores = new float[fixed.width()];
    for (int row = fromRow; row < toRow; row++) {
      float squaredNorm =
          PlainNearestCentroid.score(fixed, vectors, row * fixed.dimension(), scores);
      float offset = nearness.offset(squaredNorm);
      for (int i = 0; i < scores.length; i++) {
        if (!(scores[i] > limits[i] + offset)) {
          pairs.accept(row, i);
        }
      }
    }
  }
}
