package dev.freshet.vector.kernels;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The directions in which points are spread most, by subspace iteration (Halko, Martinsson and
 * Tropp, "Finding structure with randomness", 2011), without the last digits: whoever uses them
 * must be right with any directions, and is only faster with good ones.
 */
final class PrincipalDirections {

  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int ROUNDS = 3;
  private static final double NEGLIGIBLE = 1e-12;

  private final double[] points;
  private final int dimension;

  /** Shape [directions][dimension]. */
  private final double[][] directions;

  private PrincipalDirections(double[] points, int dimension, int count) {
    this.points = points;
    this.dimension = dimension;
    this.directions = new double[count][dimension];
  }

  /**
   * Directions that are orthogonal and of length 1, or of length 0 where there are no more.
   *
   * @param points shape [][dimension], relative to their middle
   * @return shape [count][dimension]
   */
  static double[][] of(double[] points, int dimension, int count) {
    PrincipalDirections principal = new PrincipalDirections(points, dimension, count);
    principal.begin();
    for (int round = 0; round < ROUNDS; round++) {
      principal.iterate();
    }
    return principal.directions;
  }

  private int rows() {
    return points.length / dimension;
  }

  /** Starts with some of the points themselves. */
  private void begin() {
    for (int j = 0; j < directions.length; j++) {
      int from = (int) ((long) j * rows() / directions.length) * dimension;
      for (int d = 0; d < dimension; d++) {
        directions[j][d] = points[from + d];
      }
    }
    orthonormalize();
  }

  /** Multiplies the directions with the covariance of the points. */
  private void iterate() {
    double[][] next = new double[directions.length][dimension];
    for (int from = 0; from < points.length; from += dimension) {
      for (int j = 0; j < directions.length; j++) {
        double[] direction = directions[j];
        double along = along(direction, points, from);
        for (int d = 0; d < dimension; d++) {
          next[j][d] += along * points[from + d];
        }
      }
    }
    System.arraycopy(next, 0, directions, 0, next.length);
    orthonormalize();
  }

  /** Gram and Schmidt's way, twice for its precision. */
  private void orthonormalize() {
    for (int j = 0; j < directions.length; j++) {
      double before = normalize(directions[j], 0);
      for (int again = 0; again < 2; again++) {
        for (int i = 0; i < j; i++) {
          double along = along(directions[i], directions[j], 0);
          for (int d = 0; d < dimension; d++) {
            directions[j][d] -= along * directions[i][d];
          }
        }
        normalize(directions[j], before == 0 ? 1 : NEGLIGIBLE);
      }
    }
  }

  /**
   * How far a point lies along a direction.
   *
   * @param points shape [][dimension]
   * @param at where the point begins
   */
  static double along(double[] direction, double[] points, int at) {
    DoubleVector even = DoubleVector.zero(SPECIES);
    DoubleVector odd = even;
    int d = 0;
    for (; d + 2 * LANES <= direction.length; d += 2 * LANES) {
      even =
          DoubleVector.fromArray(SPECIES, direction, d)
              .fma(DoubleVector.fromArray(SPECIES, points, at + d), even);
      odd =
          DoubleVector.fromArray(SPECIES, direction, d + LANES)
              .fma(DoubleVector.fromArray(SPECIES, points, at + d + LANES), odd);
    }
    double along = even.add(odd).reduceLanes(VectorOperators.ADD);
    for (; d < direction.length; d++) {
      along += direction[d] * points[at + d];
    }
    return along;
  }

  /** Makes a vector's length 1, or 0 if it is not above a bound; returns its length before. */
  private static double normalize(double[] vector, double bound) {
    double squares = 0;
    for (double value : vector) {
      squares += value * value;
    }
    double length = Math.sqrt(squares);
    double factor = length > bound && length < Double.POSITIVE_INFINITY ? 1 / length : 0;
    for (int d = 0; d < vector.length; d++) {
      vector[d] *= factor;
    }
    return length;
  }
}
