package dev.freshet.vector.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearVectorsTest {

  private static final int ROWS = 301;
  private static final int FIXED = 70;

  @ParameterizedTest
  @CsvSource({
    "SQUARED_L2, 1, 0",
    "SQUARED_L2, 7, 0",
    "SQUARED_L2, 128, 0",
    "SQUARED_L2, 32, 1000",
    "ONE_MINUS_DOT, 7, 0",
    "ONE_MINUS_DOT, 128, 3"
  })
  void feedsAllThatAreNearAndFewOthers(Distance distance, int dimension, float centre) {
    float[] rows = random(ROWS, dimension, centre, 1);
    float[] fixed = random(FIXED, dimension, centre, 2);
    for (Kernels kernels : new Kernels[] {new PlainKernels(), new VectorKernels()}) {
      float[] limits = new float[FIXED];
      Set<Integer> near = new HashSet<>();
      for (int i = 0; i < FIXED; i++) {
        double[] distances = distances(distance, rows, fixed, i, dimension);
        double[] ascending = distances.clone();
        Arrays.sort(ascending);
        limits[i] = Math.nextUp((float) ascending[5]);
        for (int row = 0; row < ROWS; row++) {
          if (distances[row] <= ascending[5]) {
            near.add(row * FIXED + i);
          }
        }
      }
      Set<Integer> found = new HashSet<>();
      kernels
          .nearVectors(fixed, dimension, distance)
          .find(rows, 0, ROWS, limits, (row, i) -> found.add(row * FIXED + i));
      assertThat(found).as(kernels.describe()).containsAll(near);
      assertThat(found).as(kernels.describe()).hasSizeLessThan(2 * near.size());
    }
  }

  @ParameterizedTest
  @CsvSource({"SQUARED_L2", "ONE_MINUS_DOT"})
  void feedsWhatItCannotTell(Distance distance) {
    float[] rows = {Float.NaN, 1, 2e19f, 2e19f, 1, 1};
    for (Kernels kernels : new Kernels[] {new PlainKernels(), new VectorKernels()}) {
      Set<Integer> found = new HashSet<>();
      kernels
          .nearVectors(new float[] {-2e9f, 0, 1, 0}, 2, distance)
          .find(rows, 0, 3, new float[] {-10, -10}, (row, i) -> found.add(row));
      assertThat(found).as(kernels.describe()).contains(0, 1);
    }
  }

  private static float[] random(int rows, int dimension, float centre, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] vectors = new float[rows * dimension];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = centre + (float) random.nextDouble();
    }
    return vectors;
  }

  private static double[] distances(
      Distance distance, float[] rows, float[] fixed, int i, int dimension) {
    double[] distances = new double[ROWS];
    for (int row = 0; row < ROWS; row++) {
      double squares = 0;
      double product = 0;
      for (int d = 0; d < dimension; d++) {
        double x = rows[row * dimension + d];
        double y = fixed[i * dimension + d];
        squares += (x - y) * (x - y);
        product += x * y;
      }
      distances[row] = distance == Distance.SQUARED_L2 ? squares : 1 - product;
    }
    return distances;
  }
}
