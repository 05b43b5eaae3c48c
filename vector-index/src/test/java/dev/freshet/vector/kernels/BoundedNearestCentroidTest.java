package dev.freshet.vector.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Exact in every case, and fast where centroids lie near a space of few dimensions. */
class BoundedNearestCentroidTest {
  private static final long SEED = 20260102;
  private static final int DIMENSION = 384;
  private static final int COUNT = 1024;
  private static final int ROWS = 500;

  @Test
  void findsTheNearestOfCentroidsInASpaceOfFewDimensions() {
    Random random = new Random(SEED);
    float[] basis = gaussian(random, 40 * DIMENSION, 1f);
    float[] centroids = within(basis, random, COUNT, 0.01f);
    float[] vectors = within(basis, random, ROWS, 0.3f);
    int[] nearest = new int[ROWS];
    bounded(
            centroids,
            (rows, from, to, result) -> {
              throw new AssertionError("compares all of them, seed " + SEED);
            })
        .assign(vectors, 0, ROWS, nearest);
    assertThat(nearest).as("seed %d", SEED).containsExactly(byDifferences(centroids, vectors));
  }

  @Test
  void comparesAllWhereBoundsExcludeLittle() {
    Random random = new Random(SEED);
    float[] centroids = gaussian(random, COUNT * DIMENSION, 1f);
    float[] vectors = gaussian(random, ROWS * DIMENSION, 1f);
    AtomicInteger compared = new AtomicInteger();
    NearestCentroid all = new VectorNearestCentroid(packed(centroids));
    int[] nearest = new int[ROWS];
    bounded(
            centroids,
            (rows, from, to, result) -> {
              compared.addAndGet(to - from);
              all.assign(rows, from, to, result);
            })
        .assign(vectors, 0, ROWS, nearest);
    assertThat(nearest).as("seed %d", SEED).containsExactly(byDifferences(centroids, vectors));
    assertThat(compared).hasValueGreaterThan(ROWS * 3 / 4);
  }

  @Test
  void takesTheFirstAmongEquals() {
    Random random = new Random(SEED);
    float[] half = gaussian(random, COUNT / 2 * DIMENSION, 1f);
    float[] centroids = Arrays.copyOf(half, COUNT * DIMENSION);
    System.arraycopy(half, 0, centroids, half.length, half.length);
    int[] nearest = new int[COUNT];
    bounded(centroids, new VectorNearestCentroid(packed(centroids)))
        .assign(centroids, 0, COUNT, nearest);
    assertThat(Arrays.copyOf(nearest, COUNT / 2))
        .containsExactly(Arrays.copyOfRange(nearest, COUNT / 2, COUNT));
    assertThat(nearest).as("seed %d", SEED).containsSequence(0, 1, 2, 3);
  }

  @Test
  void isRightForEqualHugeAndFarCentroids() {
    Random random = new Random(SEED);
    float[] same = new float[COUNT * DIMENSION];
    Arrays.fill(same, 3f);
    float[] far = gaussian(random, COUNT * DIMENSION, 1f);
    for (int i = 0; i < far.length; i++) {
      far[i] += 5000f;
    }
    float[] huge = gaussian(random, COUNT * DIMENSION, 1f);
    Arrays.fill(huge, 7 * DIMENSION, 8 * DIMENSION, 0x1p60f);
    for (float[] centroids : new float[][] {same, far, huge}) {
      float[] vectors = Arrays.copyOf(centroids, 20 * DIMENSION);
      for (int i = 0; i < vectors.length; i++) {
        vectors[i] += 0.1f * (float) random.nextGaussian();
      }
      int[] nearest = new int[20];
      bounded(centroids, new VectorNearestCentroid(packed(centroids)))
          .assign(vectors, 0, 20, nearest);
      assertThat(nearest).as("seed %d", SEED).containsExactly(byDifferences(centroids, vectors));
    }
  }

  /** Bounds exclude something only where they are below the scores, however they are rounded. */
  @Test
  void noBoundIsAboveItsScore() {
    Random random = new Random(SEED);
    PackedCentroids packed = packed(gaussian(random, COUNT * DIMENSION, 1f));
    ProjectedCentroids projected = ProjectedCentroids.of(packed);
    ProjectedBlock block = new ProjectedBlock(projected, packed, 4);
    float[] vectors = gaussian(random, 4 * DIMENSION, 1f);
    block.load(vectors, 0, 4, 1e-5f);
    for (int row = 0; row < 4; row++) {
      int least = 0;
      for (int c = 0; c < COUNT; c++) {
        double distance = squaredDistance(vectors, row, packed.centroids(), c);
        float bound = block.bounds()[row * block.stride() + c];
        assertThat(bound + block.squaredNorm(row))
            .as("row %d, centroid %d, seed %d", row, c, SEED)
            .isLessThanOrEqualTo((float) (distance * (1 + 1e-4)));
        if (bound < block.bounds()[row * block.stride() + least]) {
          least = c;
        }
      }
      assertThat(block.least(row)).isEqualTo(least);
    }
  }

  private static PackedCentroids packed(float[] centroids) {
    return PackedCentroids.of(centroids, DIMENSION, PanelProduct.PANEL, Distance.SQUARED_L2);
  }

  private static NearestCentroid bounded(float[] centroids, NearestCentroid all) {
    PackedCentroids packed = packed(centroids);
    assertThat(ProjectedCentroids.isWorthwhile(packed)).isTrue();
    return new BoundedNearestCentroid(ProjectedCentroids.of(packed), packed, all);
  }

  /** Points of the space that a basis spans, and something beside it. */
  private static float[] within(float[] basis, Random random, int rows, float noise) {
    float[] points = gaussian(random, rows * DIMENSION, noise);
    for (int row = 0; row < rows; row++) {
      for (int b = 0; b < basis.length; b += DIMENSION) {
        float along = (float) random.nextGaussian();
        for (int d = 0; d < DIMENSION; d++) {
          points[row * DIMENSION + d] += along * basis[b + d];
        }
      }
    }
    return points;
  }

  private static float[] gaussian(Random random, int length, float scale) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = scale * (float) random.nextGaussian();
    }
    return values;
  }

  private static int[] byDifferences(float[] centroids, float[] vectors) {
    int[] nearest = new int[vectors.length / DIMENSION];
    for (int row = 0; row < nearest.length; row++) {
      for (int c = 1; c < centroids.length / DIMENSION; c++) {
        if (squaredDistance(vectors, row, centroids, c)
            < squaredDistance(vectors, row, centroids, nearest[row])) {
          nearest[row] = c;
        }
      }
    }
    return nearest;
  }

  private static double squaredDistance(float[] vectors, int row, float[] centroids, int c) {
    double sum = 0;
    for (int d = 0; d < DIMENSION; d++) {
      double difference = (double) vectors[row * DIMENSION + d] - centroids[c * DIMENSION + d];
      sum += difference * difference;
    }
    return sum;
  }
}
