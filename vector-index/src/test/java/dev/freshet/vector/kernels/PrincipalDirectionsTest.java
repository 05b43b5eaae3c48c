package dev.freshet.vector.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PrincipalDirectionsTest {
  private static final long SEED = 20260103;
  private static final int DIMENSION = 50;

  @Test
  void directionsAreOrthonormal() {
    double[] points = new double[200 * DIMENSION];
    Random random = new Random(SEED);
    for (int i = 0; i < points.length; i++) {
      points[i] = random.nextGaussian();
    }
    double[][] directions = PrincipalDirections.of(points, DIMENSION, 12);
    for (int i = 0; i < 12; i++) {
      for (int j = 0; j <= i; j++) {
        assertThat(product(directions[i], directions[j]))
            .as("%d and %d, seed %d", i, j, SEED)
            .isCloseTo(i == j ? 1 : 0, within(1e-9));
      }
    }
  }

  @Test
  void theySpanThePointsOfASpaceOfAsManyDimensions() {
    Random random = new Random(SEED);
    double[] points = new double[100 * DIMENSION];
    for (int row = 0; row < 100; row++) {
      for (int axis = 0; axis < 3; axis++) {
        points[row * DIMENSION + 7 * axis] = random.nextGaussian();
      }
    }
    double[][] directions = PrincipalDirections.of(points, DIMENSION, 5);
    for (int row = 0; row < 100; row++) {
      double squares = 0;
      double along = 0;
      for (int d = 0; d < DIMENSION; d++) {
        squares += points[row * DIMENSION + d] * points[row * DIMENSION + d];
      }
      for (double[] direction : directions) {
        double part = 0;
        for (int d = 0; d < DIMENSION; d++) {
          part += direction[d] * points[row * DIMENSION + d];
        }
        along += part * part;
      }
      assertThat(along).as("row %d, seed %d", row, SEED).isCloseTo(squares, within(1e-6));
    }
    for (int j = 3; j < 5; j++) {
      assertThat(product(directions[j], directions[j])).as("no fourth direction").isZero();
    }
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }
}
