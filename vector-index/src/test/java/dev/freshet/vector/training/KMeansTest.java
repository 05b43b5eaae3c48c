package dev.freshet.vector.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.vector.kernels.Distance;
import dev.freshet.vector.kernels.Kernels;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KMeansTest {

  private static final long SEED = 20261130;
  private static final int DIMENSION = 8;
  private static final int ROWS = 300;
  private static final int CLUSTERS = 3;
  private static final int ITERATIONS = 50;

  /** Groups at 0, 100 and 110, of which the first start knows only the first. */
  private static final float[] VECTORS = groups();

  @Test
  void takesTheBestOfSeveralStarts() {
    assertThat(trained(1)).satisfies(centroids -> assertThat(centroids[0]).isLessThan(2));
    assertThat(trained(1)[1]).as("stays in the first group").isLessThan(2);
    assertThat(rounded(trained(2))).containsExactly(0, 100, 110);
    assertThat(rounded(trained(3))).containsExactly(0, 100, 110);
  }

  @Test
  void startsNoMoreOftenThanThereAreRows() {
    float[] few = Arrays.copyOf(VECTORS, 2 * CLUSTERS);
    try (Workers workers = new Workers(1)) {
      assertThat(kMeans(workers).trainBest(few, 2 * CLUSTERS, 3)).hasSize(CLUSTERS);
    }
  }

  /** Whatever part of the rows the starts see, and be it all of them. */
  @ParameterizedTest
  @CsvSource({"16, 500", "32, 1024", "64, 2000", "128, 4000", "64, 40000"})
  void severalStartsLoseNoMoreThanOne(int clusters, int rows) {
    Random random = new Random(SEED);
    float[] vectors = new float[rows * DIMENSION];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) random.nextGaussian() + (i / DIMENSION % 40) * (i % DIMENSION % 3);
    }
    Clustering shape = Clustering.ofVectors(clusters, DIMENSION, Distance.SQUARED_L2);
    try (Workers workers = new Workers(2)) {
      KMeans kMeans = new KMeans(shape, Kernels.best(), workers, 20);
      double one = loss(shape, vectors, rows, kMeans.trainBest(vectors, rows, 1));
      double four = loss(shape, vectors, rows, kMeans.trainBest(vectors, rows, 4));
      double untrained = loss(shape, vectors, rows, Arrays.copyOf(vectors, clusters * DIMENSION));
      assertThat(one).as("seed %d", SEED).isLessThan(0.9 * untrained);
      assertThat(four).as("seed %d", SEED).isLessThanOrEqualTo(1.01 * one);
    }
  }

  private static double loss(Clustering shape, float[] vectors, int rows, float[] centroids) {
    int[] nearest = new int[rows];
    shape.assignment(Kernels.best(), centroids).assign(vectors, 0, rows, nearest);
    return shape.loss(vectors, rows, centroids, nearest);
  }

  private static float[] trained(int starts) {
    try (Workers workers = new Workers(2)) {
      float[] centroids = kMeans(workers).trainBest(VECTORS, ROWS, starts);
      Arrays.sort(centroids);
      return centroids;
    }
  }

  private static KMeans kMeans(Workers workers) {
    Clustering shape = Clustering.ofVectors(CLUSTERS, 1, Distance.SQUARED_L2);
    return new KMeans(shape, Kernels.best(), workers, ITERATIONS);
  }

  private static int[] rounded(float[] values) {
    int[] rounded = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = Math.round(values[i]);
    }
    return rounded;
  }

  /** In turns, but for the first rows, which are all of the first group. */
  private static float[] groups() {
    float[] centers = {0, 100, 110};
    float[] vectors = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      float center = row < CLUSTERS ? 0 : centers[row % CLUSTERS];
      vectors[row] = center + (row * 7 % 10 - 4.5f) / 10;
    }
    return vectors;
  }
}
