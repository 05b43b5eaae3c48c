package dev.freshet.vector.kernels;

/**
 * Centroids in few dimensions, for a bound on their distances.
 *
 * <p>Let V be a projection that lengthens nothing. Then x·c differs from Vx·Vc by at most √(|x|² -
 * |Vx|²) √(|c|² - |Vc|²), by the inequality of Cauchy and Schwarz in the inner product of I - VᵀV.
 * With that root as one more coordinate, the product of a projected vector and a projected centroid
 * is a bound, and a centroid's score is at least |c|² - 2 times it. The closer the centroids are to
 * the space of their principal directions, the tighter.
 *
 * @param directions of the projection, as a matrix of {@link #width} columns
 * @param bounds the projected centroids, as a matrix of one column a centroid
 * @param width directions
 * @param radius length of the longest centroid
 */
record ProjectedCentroids(PanelProduct directions, PanelProduct bounds, int width, double radius) {

  private static final int PANEL = PanelProduct.PANEL;

  /** Takes care that rounding lengthens no vector. */
  private static final double SHORTER = 1 - 0x1p-20;

  /** Dimensions to a direction: fewer directions bound less, more cost more. */
  private static final int DIMENSIONS_PER_DIRECTION = 8;

  private static final int MIN_WIDTH = 32;
  private static final int SAMPLE = 256;

  /** Coordinates of a projected vector: one a direction, the rest's length, and padding. */
  int depth() {
    return width + 2;
  }

  /** Whether scores in few dimensions, and the way there, cost less than a quarter of all. */
  static boolean isWorthwhile(PackedCentroids centroids) {
    long width = widthFor(centroids.dimension());
    long count = centroids.count();
    long dimension = centroids.dimension();
    return centroids.distance() == Distance.SQUARED_L2
        && 4 * width * (dimension + count) <= dimension * count;
  }

  private static int widthFor(int dimension) {
    int width = dimension / DIMENSIONS_PER_DIRECTION;
    return Math.max(MIN_WIDTH, (width + PANEL - 1) / PANEL * PANEL);
  }

  static ProjectedCentroids of(PackedCentroids centroids) {
    int dimension = centroids.dimension();
    int width = widthFor(dimension);
    double[] moved = moved(centroids);
    double[][] directions = PrincipalDirections.of(sample(moved, dimension), dimension, width);
    int depth = width + 2;
    float[] panels = new float[centroids.start().length * depth];
    double radius = 0;
    for (int i = 0; i < centroids.count(); i++) {
      double rest = 0;
      for (int d = 0; d < dimension; d++) {
        double value = moved[i * dimension + d];
        rest += value * value;
      }
      radius = Math.max(radius, Math.sqrt(rest));
      int at = i / PANEL * PANEL * depth + i % PANEL;
      for (int j = 0; j < width; j++) {
        double along = PrincipalDirections.along(directions[j], moved, i * dimension) * SHORTER;
        panels[at + j * PANEL] = (float) (-2 * along);
        rest -= along * along;
      }
      panels[at + width * PANEL] = (float) (-2 * Math.sqrt(Math.max(0, rest)));
    }
    return new ProjectedCentroids(
        new PanelProduct(
            columns(directions, centroids.depth()), new float[width], centroids.depth()),
        new PanelProduct(panels, centroids.start(), depth),
        width,
        radius);
  }

  /** The centroids relative to the shift. */
  private static double[] moved(PackedCentroids centroids) {
    double[] moved = new double[centroids.centroids().length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = centroids.centroids()[i] - centroids.shift()[i % centroids.dimension()];
    }
    return moved;
  }

  private static double[] sample(double[] points, int dimension) {
    int count = points.length / dimension;
    if (count <= SAMPLE) {
      return points;
    }
    double[] sample = new double[SAMPLE * dimension];
    for (int i = 0; i < SAMPLE; i++) {
      int from = (int) ((long) i * count / SAMPLE) * dimension;
      System.arraycopy(points, from, sample, i * dimension, dimension);
    }
    return sample;
  }

  /** Shape [panel][depth][PANEL]. */
  private static float[] columns(double[][] directions, int depth) {
    float[] columns = new float[directions.length * depth];
    for (int j = 0; j < directions.length; j++) {
      int at = j / PANEL * PANEL * depth + j % PANEL;
      for (int d = 0; d < directions[j].length; d++) {
        columns[at + d * PANEL] = (float) (directions[j][d] * SHORTER);
      }
    }
    return columns;
  }
}
