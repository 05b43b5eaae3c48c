package dev.freshet.vector.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.vector.kernels.Distance;
import dev.freshet.vector.kernels.Kernels;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class KMeansTest {

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
