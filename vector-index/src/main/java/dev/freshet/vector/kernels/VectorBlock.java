package dev.freshet.vector.kernels;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** A block of vectors, the scores of one panel, and the least score so far of each lane. */
final class VectorBlock {
  private static final VectorSpecies<Float> SPECIES = PanelProduct.SPECIES;
  private static final int LANES = PanelProduct.LANES;
  private static final int PANEL = PanelProduct.PANEL;
  private static final int TILE = PanelProduct.TILE;

  private final int dimension;
  private final int depth;
  private final int tiles;

  /** Shape [tiles][depth][TILE]. */
  private final float[] vectors;

  /** Shape [rows]. */
  private final float[] squaredNorms;

  /** Shape [rows][PANEL]. */
  private final float[] scores;

  /** Shape [rows][LANES]. */
  private final float[] least;

  /** Shape [rows][LANES]: the register that holds the least, as a float to share its mask. */
  private final float[] register;

  VectorBlock(int rows, int dimension, int depth) {
    this.dimension = dimension;
    this.depth = depth;
    this.tiles = rows / TILE;
    this.vectors = new float[rows * depth];
    this.squaredNorms = new float[rows];
    this.scores = new float[rows * PANEL];
    this.least = new float[rows * LANES];
    this.register = new float[rows * LANES];
  }

  /** Takes up to {@code rows} vectors of shape [][dimension], relative to a shift. */
  void load(float[] source, int fromRow, int rows, float[] shift) {
    for (int r = 0; r < rows; r++) {
      int to = r / TILE * TILE * depth + r % TILE;
      int from = (fromRow + r) * dimension;
      for (int d = 0; d < dimension; d++) {
        vectors[to + d * TILE] = source[from + d] - shift[d];
      }
    }
    for (int tile = 0; tile < tiles; tile++) {
      computeNorms(tile);
    }
    Arrays.fill(least, Float.POSITIVE_INFINITY);
    Arrays.fill(register, -1f);
  }

  /** Sums the squares of a tile; lane i of a register belongs to row i % TILE. */
  private void computeNorms(int tile) {
    int from = tile * TILE * depth;
    int to = from + TILE * depth;
    FloatVector squares = FloatVector.zero(SPECIES);
    int i = from;
    for (; i + LANES <= to; i += LANES) {
      FloatVector values = FloatVector.fromArray(SPECIES, vectors, i);
      squares = values.fma(values, squares);
    }
    Arrays.fill(squaredNorms, tile * TILE, (tile + 1) * TILE, 0f);
    for (int lane = 0; lane < LANES; lane++) {
      squaredNorms[tile * TILE + lane % TILE] += squares.lane(lane);
    }
    for (; i < to; i++) {
      squaredNorms[tile * TILE + (i - from) % TILE] += vectors[i] * vectors[i];
    }
  }

  int tiles() {
    return tiles;
  }

  float[] vectors() {
    return vectors;
  }

  float[] scores() {
    return scores;
  }

  float squaredNorm(int row) {
    return squaredNorms[row];
  }

  /** The score of a row's nearest centroid. */
  float score(int row, int nearest) {
    return nearest < 0 ? Float.POSITIVE_INFINITY : least[row * LANES + nearest % LANES];
  }

  /** Compares the scores of the panel whose first register has that number with the least. */
  void keepLeast(int firstRegister) {
    FloatVector first = FloatVector.broadcast(SPECIES, firstRegister);
    FloatVector second = FloatVector.broadcast(SPECIES, firstRegister + 1);
    for (int at = 0; at < least.length; at += LANES) {
      FloatVector min = FloatVector.fromArray(SPECIES, least, at);
      FloatVector index = FloatVector.fromArray(SPECIES, register, at);
      FloatVector a = FloatVector.fromArray(SPECIES, scores, 2 * at);
      VectorMask<Float> less = a.compare(VectorOperators.LT, min);
      min = min.blend(a, less);
      index = index.blend(first, less);
      FloatVector b = FloatVector.fromArray(SPECIES, scores, 2 * at + LANES);
      less = b.compare(VectorOperators.LT, min);
      min.blend(b, less).intoArray(least, at);
      index.blend(second, less).intoArray(register, at);
    }
  }

  /** The nearest centroid of a row, -1 if there is none. */
  int nearest(int row) {
    int best = -1;
    float score = Float.POSITIVE_INFINITY;
    for (int lane = 0; lane < LANES; lane++) {
      float value = least[row * LANES + lane];
      int index = ((int) register[row * LANES + lane]) * LANES + lane;
      if (value < score || (value == score && best >= 0 && index < best)) {
        score = value;
        best = index;
      }
    }
    return best;
  }
}
