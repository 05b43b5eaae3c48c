package dev.freshet.vector.kernels;

/** One vector at a time against all centroids in one panel. */
final class PlainNearestCentroid implements NearestCentroid {
  private final PackedCentroids centroids;

  PlainNearestCentroid(float[] centroids, int dimension, Distance distance) {
    this.centroids =
        PackedCentroids.of(centroids, dimension, centroids.length / dimension, distance);
  }

  @Override
  public void assign(float[] vectors, int fromRow, int toRow, int[] nearest) {
    float[] scores = new float[centroids.width()];
    for (int row = fromRow; row < toRow; row++) {
      float squaredNorm = score(centroids, vectors, row * centroids.dimension(), scores);
      int best = -1;
      float least = Float.POSITIVE_INFINITY;
      for (int i = 0; i < scores.length; i++) {
        if (scores[i] < least) {
          least = scores[i];
          best = i;
        }
      }
      nearest[row] =
          centroids.settle(best, least, squaredNorm, vectors, row * centroids.dimension());
    }
  }

  /** Fills in the scores of the vector at an offset and returns its squared norm. */
  static float score(PackedCentroids centroids, float[] vectors, int offset, float[] scores) {
    System.arraycopy(centroids.start(), 0, scores, 0, scores.length);
    float squaredNorm = 0f;
    for (int d = 0; d < centroids.dimension(); d++) {
      float value = vectors[offset + d] - centroids.shift()[d];
      squaredNorm += value * value;
      addScaled(centroids.panels(), d * scores.length, value, scores);
    }
    return squaredNorm;
  }

  /** The loop that the compiler vectorises. */
  private static void addScaled(float[] panel, int offset, float value, float[] scores) {
    for (int i = 0; i < scores.length; i++) {
      scores[i] += value * panel[offset + i];
    }
  }
}
