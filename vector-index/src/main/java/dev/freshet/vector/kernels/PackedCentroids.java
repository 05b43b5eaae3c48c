package dev.freshet.vector.kernels;

import java.util.Arrays;

/**
 * Centroids in panels [panel][depth][width], so that one pass over a panel yields the scores of
 * {@code width} centroids with no reduction across lanes.
 *
 * <p>For L2 the score of a centroid c is |c|² - 2 x·c, with vectors and centroids taken relative to
 * the median of the centroids: the distance is the same, and less of it is lost to cancellation
 * when the data lies far from the origin. Padding scores infinity and is never nearest.
 *
 * @param depth the dimension, or one more if it is odd: two dimensions are taken at a time
 * @param shift what to subtract from a vector first, shape [dimension]
 * @param start what the score of each centroid starts with
 */
@SuppressWarnings("ArrayRecordComponent") // shared inside this package only
record PackedCentroids(
    int dimension,
    int depth,
    int width,
    Distance distance,
    float[] centroids,
    float[] shift,
    float[] panels,
    float[] start) {

  /** Below this part of the vector's squared norm a squared distance has lost too many digits. */
  private static final float CANCELLED = 1f / 64;

  /** Centroids that the median is taken of, at most. */
  private static final int MEDIAN_OF = 101;

  private static final int ABANDON_EVERY = 16;

  static PackedCentroids of(float[] centroids, int dimension, int width, Distance distance) {
    if (dimension < 1 || centroids.length == 0 || centroids.length % dimension != 0) {
      throw new IllegalArgumentException(
          centroids.length + " floats are not centroids of dimension " + dimension);
    }
    int count = centroids.length / dimension;
    int padded = Math.multiplyExact((count + width - 1) / width, width);
    boolean l2 = distance == Distance.SQUARED_L2;
    float[] shift = l2 ? median(centroids, dimension) : new float[dimension];
    int depth = dimension + dimension % 2;
    float[] panels = new float[Math.multiplyExact(padded, depth)];
    float[] start = new float[padded];
    Arrays.fill(start, Float.POSITIVE_INFINITY);
    float factor = l2 ? -2f : -1f;
    for (int i = 0; i < count; i++) {
      int at = i / width * width * depth + i % width;
      double squares = 0;
      for (int d = 0; d < dimension; d++) {
        float value = centroids[i * dimension + d] - shift[d];
        panels[at + d * width] = factor * value;
        squares += (double) value * value;
      }
      start[i] = l2 ? (float) squares : 0f;
    }
    return new PackedCentroids(dimension, depth, width, distance, centroids, shift, panels, start);
  }

  /** The median in each dimension, which one centroid far off does not move. */
  private static float[] median(float[] centroids, int dimension) {
    int count = centroids.length / dimension;
    float[] values = new float[Math.min(count, MEDIAN_OF)];
    float[] median = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      for (int i = 0; i < values.length; i++) {
        values[i] = centroids[(int) ((long) i * count / values.length) * dimension + d];
      }
      Arrays.sort(values);
      median[d] = values[values.length / 2];
    }
    return median;
  }

  int count() {
    return centroids.length / dimension;
  }

  int panelCount() {
    return start.length / width;
  }

  /**
   * The nearest centroid, given the one with the least score: it is looked for again, by
   * differences, if the scores are too close to tell or have overflowed.
   *
   * @param squaredNorm of the vector relative to the shift
   * @return -1 if no distance is finite
   */
  int settle(int candidate, float score, float squaredNorm, float[] vectors, int at) {
    boolean clear = candidate >= 0 && score + squaredNorm > CANCELLED * squaredNorm;
    return clear || distance == Distance.ONE_MINUS_DOT
        ? candidate
        : nearestByDifferences(candidate, vectors, at);
  }

  /**
   * The nearest centroid by differences, which neither cancel nor overflow as early as scores.
   *
   * @param candidate a first guess, or -1
   * @return -1 if no distance is finite
   */
  int nearestByDifferences(int candidate, float[] vectors, int at) {
    float least = Float.POSITIVE_INFINITY;
    int nearest = -1;
    if (candidate >= 0) {
      least = squaredDistance(vectors, at, candidate, least);
      nearest = least < Float.POSITIVE_INFINITY ? candidate : -1;
    }
    for (int i = 0; i < centroids.length / dimension; i++) {
      float distance = squaredDistance(vectors, at, i, least);
      if (distance < least || (distance == least && i < nearest)) {
        least = distance;
        nearest = i;
      }
    }
    return nearest;
  }

  /** The squared distance to a centroid, or something above the bound as soon as it is above. */
  private float squaredDistance(float[] vectors, int at, int centroid, float bound) {
    int centroidAt = centroid * dimension;
    float sum = 0f;
    for (int from = 0; from < dimension && sum <= bound; from += ABANDON_EVERY) {
      int to = Math.min(dimension, from + ABANDON_EVERY);
      for (int d = from; d < to; d++) {
        float difference = vectors[at + d] - centroids[centroidAt + d];
        sum += difference * difference;
      }
    }
    return sum;
  }
}
