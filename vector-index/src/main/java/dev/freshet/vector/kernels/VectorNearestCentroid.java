package dev.freshet.vector.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A matrix product blocked for registers and caches (Goto and van de Geijn, 2008), which keeps only
 * the least score of each row and lane.
 *
 * <p>A register tile is 4 vectors by one panel of 2 registers of centroids. A slice of a panel,
 * {@value #SLICE} dimensions deep, stays in the first-level cache while all vectors of a block pass
 * it; a block of vectors stays in the second-level cache while all panels pass it.
 */
final class VectorNearestCentroid implements NearestCentroid {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  static final int LANES = SPECIES.length();
  static final int PANEL = 2 * LANES;
  static final int TILE = 4;
  private static final int TILES = 16;
  private static final int BLOCK = TILE * TILES;
  private static final int SLICE = 256;

  private final PackedCentroids centroids;

  VectorNearestCentroid(float[] centroids, int dimension, Distance distance) {
    this.centroids = PackedCentroids.of(centroids, dimension, PANEL, distance);
  }

  @Override
  public void assign(float[] vectors, int fromRow, int toRow, int[] nearest) {
    int blockRows = Math.min(BLOCK, (toRow - fromRow + TILE - 1) / TILE * TILE);
    VectorBlock block = new VectorBlock(blockRows, centroids.dimension(), centroids.depth());
    for (int row = fromRow; row < toRow; row += BLOCK) {
      int rows = Math.min(BLOCK, toRow - row);
      block.load(vectors, row, rows, centroids.shift());
      for (int panel = 0; panel < centroids.panelCount(); panel++) {
        score(block, panel);
      }
      for (int r = 0; r < rows; r++) {
        int candidate = block.nearest(r);
        nearest[row + r] =
            centroids.settle(
                candidate,
                block.score(r, candidate),
                block.squaredNorm(r),
                vectors,
                (row + r) * centroids.dimension());
      }
    }
  }

  private void score(VectorBlock block, int panel) {
    int depth = centroids.depth();
    float[] scores = block.scores();
    for (int from = 0; from < depth; from += SLICE) {
      int slice = Math.min(SLICE, depth - from);
      int panelAt = (panel * depth + from) * PANEL;
      float[] start = from == 0 ? centroids.start() : scores;
      int startAt = from == 0 ? panel * PANEL : 0;
      int stride = from == 0 ? 0 : PANEL;
      for (int tile = 0; tile < block.tiles(); tile++) {
        int vectorAt = (tile * depth + from) * TILE;
        multiply(
            block.vectors(),
            vectorAt,
            centroids.panels(),
            panelAt,
            slice,
            start,
            startAt + tile * TILE * stride,
            stride,
            scores,
            tile * TILE * PANEL);
      }
    }
    block.keepLeast(panel * 2);
  }

  /**
   * The products of a tile of vectors [depth][4] and a panel [depth][PANEL], added to what there is
   * of the scores: those of another slice, or what each vector's scores start with.
   *
   * @param stride from one vector's to the next
   */
  private static void multiply(
      float[] x,
      int xAt,
      float[] c,
      int cAt,
      int depth,
      float[] start,
      int startAt,
      int stride,
      float[] scores,
      int at) {
    FloatVector a0 = FloatVector.fromArray(SPECIES, start, startAt);
    FloatVector b0 = FloatVector.fromArray(SPECIES, start, startAt + LANES);
    FloatVector a1 = FloatVector.fromArray(SPECIES, start, startAt + stride);
    FloatVector b1 = FloatVector.fromArray(SPECIES, start, startAt + stride + LANES);
    FloatVector a2 = FloatVector.fromArray(SPECIES, start, startAt + 2 * stride);
    FloatVector b2 = FloatVector.fromArray(SPECIES, start, startAt + 2 * stride + LANES);
    FloatVector a3 = FloatVector.fromArray(SPECIES, start, startAt + 3 * stride);
    FloatVector b3 = FloatVector.fromArray(SPECIES, start, startAt + 3 * stride + LANES);
    int end = xAt + depth * TILE;
    do { // not a loop that the compiler counts, unrolls and surrounds with two others
      FloatVector c0 = FloatVector.fromArray(SPECIES, c, cAt);
      FloatVector c1 = FloatVector.fromArray(SPECIES, c, cAt + LANES);
      FloatVector v = FloatVector.broadcast(SPECIES, x[xAt]);
      a0 = v.fma(c0, a0);
      b0 = v.fma(c1, b0);
      v = FloatVector.broadcast(SPECIES, x[xAt + 1]);
      a1 = v.fma(c0, a1);
      b1 = v.fma(c1, b1);
      v = FloatVector.broadcast(SPECIES, x[xAt + 2]);
      a2 = v.fma(c0, a2);
      b2 = v.fma(c1, b2);
      v = FloatVector.broadcast(SPECIES, x[xAt + 3]);
      a3 = v.fma(c0, a3);
      b3 = v.fma(c1, b3);
      c0 = FloatVector.fromArray(SPECIES, c, cAt + PANEL);
      c1 = FloatVector.fromArray(SPECIES, c, cAt + PANEL + LANES);
      v = FloatVector.broadcast(SPECIES, x[xAt + TILE]);
      a0 = v.fma(c0, a0);
      b0 = v.fma(c1, b0);
      v = FloatVector.broadcast(SPECIES, x[xAt + TILE + 1]);
      a1 = v.fma(c0, a1);
      b1 = v.fma(c1, b1);
      v = FloatVector.broadcast(SPECIES, x[xAt + TILE + 2]);
      a2 = v.fma(c0, a2);
      b2 = v.fma(c1, b2);
      v = FloatVector.broadcast(SPECIES, x[xAt + TILE + 3]);
      a3 = v.fma(c0, a3);
      b3 = v.fma(c1, b3);
      xAt += 2 * TILE;
      cAt += 2 * PANEL;
    } while (xAt != end);
    a0.intoArray(scores, at);
    b0.intoArray(scores, at + LANES);
    a1.intoArray(scores, at + PANEL);
    b1.intoArray(scores, at + PANEL + LANES);
    a2.intoArray(scores, at + 2 * PANEL);
    b2.intoArray(scores, at + 2 * PANEL + LANES);
    a3.intoArray(scores, at + 3 * PANEL);
    b3.intoArray(scores, at + 3 * PANEL + LANES);
  }
}
