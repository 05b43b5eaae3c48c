package dev.freshet.vector.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** A block of vectors in few dimensions, and a bound for the score of each centroid. */
final class ProjectedBlock {
  private static final VectorSpecies<Float> SPECIES = PanelProduct.SPECIES;
  private static final int LANES = PanelProduct.LANES;
  private static final int PANEL = PanelProduct.PANEL;
  private static final int TILE = PanelProduct.TILE;

  private final ProjectedCentroids projected;
  private final PackedCentroids centroids;
  private final VectorBlock block;

  /** Shape [rows][directions]. */
  private final float[] coordinates;

  /** Shape [tiles][directions + 2][TILE]. */
  private final float[] vectors;

  /** Shape [rows][centroids, padded]. */
  private final float[] bounds;

  private final float[] lanes = new float[2 * LANES];

  ProjectedBlock(ProjectedCentroids projected, PackedCentroids centroids, int rows) {
    this.projected = projected;
    this.centroids = centroids;
    this.block = new VectorBlock(rows, centroids.dimension(), centroids.depth());
    this.coordinates = new float[rows * projected.width()];
    this.vectors = new float[rows * projected.depth()];
    this.bounds = new float[rows * stride()];
  }

  /** From one vector's bounds to the next. */
  int stride() {
    return centroids.start().length;
  }

  float[] bounds() {
    return bounds;
  }

  /** Relative to the shift. */
  float squaredNorm(int row) {
    return block.squaredNorm(row);
  }

  /**
   * Takes vectors and computes their bounds.
   *
   * @param rounding bound of the relative error of a product
   */
  void load(float[] source, int fromRow, int rows, float rounding) {
    block.load(source, fromRow, rows, centroids.shift());
    int width = projected.width();
    int tiles = block.tiles();
    for (int panel = 0; panel < projected.directions().panelCount(); panel++) {
      projected
          .directions()
          .multiply(block.vectors(), tiles, panel, coordinates, panel * PANEL, width);
    }
    for (int r = 0; r < rows; r++) {
      float rest = block.squaredNorm(r) * (1 + rounding);
      int to = r / TILE * TILE * projected.depth() + r % TILE;
      for (int j = 0; j < width; j++) {
        float along = coordinates[r * width + j];
        vectors[to + j * TILE] = along;
        rest -= along * along;
      }
      vectors[to + width * TILE] = (float) Math.sqrt(Math.max(0f, rest));
    }
    for (int panel = 0; panel < projected.bounds().panelCount(); panel++) {
      projected.bounds().multiply(vectors, tiles, panel, bounds, panel * PANEL, stride());
    }
  }

  /** The centroid of the least bound, -1 if there is none. */
  int least(int row) {
    int from = row * stride();
    FloatVector least = FloatVector.broadcast(SPECIES, Float.POSITIVE_INFINITY);
    FloatVector register = FloatVector.broadcast(SPECIES, -1f);
    FloatVector number = FloatVector.zero(SPECIES);
    FloatVector step = FloatVector.broadcast(SPECIES, LANES);
    for (int i = 0; i < stride(); i += LANES) {
      FloatVector bound = FloatVector.fromArray(SPECIES, bounds, from + i);
      VectorMask<Float> less = bound.compare(VectorOperators.LT, least);
      least = least.blend(bound, less);
      register = register.blend(number, less);
      number = number.add(step);
    }
    least.intoArray(lanes, 0);
    register.intoArray(lanes, LANES);
    int best = -1;
    float score = Float.POSITIVE_INFINITY;
    for (int lane = 0; lane < LANES; lane++) {
      if (lanes[lane] < score) {
        score = lanes[lane];
        best = (int) lanes[LANES + lane] + lane;
      }
    }
    return best;
  }
}
