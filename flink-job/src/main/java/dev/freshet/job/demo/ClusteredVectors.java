package dev.freshet.job.demo;

import java.util.SplittableRandom;

/**
 * Vectors as embeddings are: clusters of different sizes, spread along few latent directions and a
 * little in all. Equal seeds give equal vectors.
 */
public final class ClusteredVectors {

  private static final int CLUSTERS = 256;
  private static final int LATENT = 16;
  private static final float SPREAD = 0.35f;
  private static final float BLUR = 0.05f;
  private static final int NOISE = 1 << 16;

  private final int dimension;
  private final SplittableRandom random;
  private final float[] centers;
  private final float[] directions;

  /** A table of gaussian noise to pick from: drawing each value would take longer than indexing. */
  private final float[] noise;

  public ClusteredVectors(int dimension, long seed) {
    this(dimension, new SplittableRandom(seed));
  }

  private ClusteredVectors(int dimension, SplittableRandom random) {
    this.dimension = dimension;
    this.random = random;
    this.centers = gaussian(random, CLUSTERS * dimension);
    this.directions = gaussian(random, LATENT * dimension);
    this.noise = gaussian(random, NOISE);
  }

  private ClusteredVectors(ClusteredVectors like, long seed) {
    this.dimension = like.dimension;
    this.random = new SplittableRandom(seed);
    this.centers = like.centers;
    this.directions = like.directions;
    this.noise = like.noise;
  }

  /** Other vectors of the same clusters. */
  public ClusteredVectors others(long seed) {
    return new ClusteredVectors(this, seed);
  }

  private static float[] gaussian(SplittableRandom random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** The next vectors, shape [rows][dimension]. */
  public float[] next(int rows) {
    float[] vectors = new float[Math.multiplyExact(rows, dimension)];
    for (int row = 0; row < rows; row++) {
      fill(vectors, row * dimension);
    }
    return vectors;
  }

  private void fill(float[] vectors, int at) {
    double skewed = random.nextDouble() * random.nextDouble();
    int center = ((int) (skewed * CLUSTERS)) * dimension;
    for (int d = 0; d < dimension; d++) {
      vectors[at + d] = centers[center + d] + BLUR * pick();
    }
    for (int latent = 0; latent < LATENT; latent++) {
      float along = SPREAD * pick();
      for (int d = 0; d < dimension; d++) {
        vectors[at + d] += along * directions[latent * dimension + d];
      }
    }
  }

  private float pick() {
    return noise[random.nextInt() & (NOISE - 1)];
  }
}
