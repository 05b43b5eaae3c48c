package dev.freshet.bench.work;

import java.util.SplittableRandom;

/**
 * Clusters of vectors as embeddings are: of different sizes, spread along few latent directions and
 * a little in all. They may move, and others may take their place. Equal seeds and calls give equal
 * vectors.
 */
final class MovingClusters {

  /** Directions in which clusters are apart. */
  private static final int TOPICS = 16;

  /** Directions in which the rows of a cluster are apart. */
  private static final int LATENT = 16;

  /** So small that rows of a cluster that is new are far from what a model knows. */
  private static final float SPREAD = 0.08f;

  private static final float BLUR = 0.05f;
  private static final int NOISE = 1 << 16;

  private final int dimension;
  private final SplittableRandom random;
  private final float[] topics;
  private final float[] directions;

  /** A table to pick from, as drawing each value would take long. */
  private final float[] noise;

  private float[] centers;

  MovingClusters(int clusters, int dimension, long seed) {
    if (clusters < 1 || dimension < 1) {
      throw new IllegalArgumentException(
          "No " + clusters + " clusters in " + dimension + " dimensions");
    }
    this.dimension = dimension;
    this.random = new SplittableRandom(seed);
    this.topics = gaussian(TOPICS * dimension);
    this.directions = gaussian(LATENT * dimension);
    this.noise = gaussian(NOISE);
    renew(clusters);
  }

  private float[] gaussian(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Moves each cluster in a direction of its own. */
  void move(float by) {
    for (int i = 0; i < centers.length; i++) {
      centers[i] += by * pick();
    }
  }

  /** Lets new clusters take the place of all. */
  void renew(int clusters) {
    centers = new float[Math.multiplyExact(clusters, dimension)];
    for (int center = 0; center < centers.length; center += dimension) {
      spread(centers, center, topics, 1 / (float) Math.sqrt(TOPICS));
    }
  }

  /** Adds a random sum of directions to a vector. */
  private void spread(float[] vectors, int at, float[] along, float by) {
    for (int direction = 0; direction < along.length; direction += dimension) {
      float much = by * pick();
      for (int d = 0; d < dimension; d++) {
        vectors[at + d] += much * along[direction + d];
      }
    }
  }

  /** The next vectors, shape [rows][dimension]. */
  float[] next(int rows) {
    float[] vectors = new float[Math.multiplyExact(rows, dimension)];
    for (int row = 0; row < rows; row++) {
      fill(vectors, row * dimension);
    }
    return vectors;
  }

  private void fill(float[] vectors, int at) {
    double skewed = random.nextDouble() * random.nextDouble();
    int center = (int) (skewed * (centers.length / dimension)) * dimension;
    for (int d = 0; d < dimension; d++) {
      vectors[at + d] = centers[center + d] + BLUR * pick();
    }
    spread(vectors, at, directions, SPREAD);
  }

  private float pick() {
    return noise[random.nextInt() & (NOISE - 1)];
  }
}
