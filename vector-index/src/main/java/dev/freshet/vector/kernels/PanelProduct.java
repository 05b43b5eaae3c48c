package dev.freshet.vector.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The product of vectors and a matrix, blocked for registers and caches (Goto and van de Geijn,
 * 2008).
 *
 * <p>A register tile is 4 vectors by one panel of 2 registers of columns. A slice of a panel,
 * {@value #SLICE} dimensions deep, stays in the first-level cache while all vectors pass it.
 */
final class PanelProduct {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  static final int LANES = SPECIES.length();
  static final int PANEL = 2 * LANES;
  static final int TILE = 4;
  private static final int SLICE = 256;

  private final float[] panels;
  private final float[] start;
  private final int depth;

  /**
   * @param panels shape [panel][depth][PANEL]
   * @param start what the products of each column are added to, shape [panel][PANEL]
   * @param depth an even number
   */
  PanelProduct(float[] panels, float[] start, int depth) {
    this.panels = panels;
    this.start = start;
    this.depth = depth;
  }

  int panelCount() {
    return start.length / PANEL;
  }

  /**
   * The products of all vectors and one panel.
   *
   * @param vectors shape [tiles][depth][TILE]
   * @param products receives PANEL values for each vector
   * @param at where those of the first vector go
   * @param stride from one vector's products to the next
   */
  void multiply(float[] vectors, int tiles, int panel, float[] products, int at, int stride) {
    for (int from = 0; from < depth; from += SLICE) {
      int slice = Math.min(SLICE, depth - from);
      int panelAt = (panel * depth + from) * PANEL;
      boolean first = from == 0;
      for (int tile = 0; tile < tiles; tile++) {
        int productsAt = at + tile * TILE * stride;
        multiplyTile(
            vectors,
            (tile * depth + from) * TILE,
            panels,
            panelAt,
            slice,
            first ? start : products,
            first ? panel * PANEL : productsAt,
            first ? 0 : stride,
            products,
            productsAt,
            stride);
      }
    }
  }

  /**
   * The products of a tile of vectors [depth][4] and a panel [depth][PANEL], added to what there is
   * of the scores: those of another slice, or what each vector's scores start with.
   *
   * @param stride from one vector's start to the next
   * @param scoresStride from one vector's scores to the next
   */
  private static void multiplyTile(
      float[] x,
      int xAt,
      float[] c,
      int cAt,
      int depth,
      float[] start,
      int startAt,
      int stride,
      float[] scores,
      int at,
      int scoresStride) {
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
    a1.intoArray(scores, at + scoresStride);
    b1.intoArray(scores, at + scoresStride + LANES);
    a2.intoArray(scores, at + 2 * scoresStride);
    b2.intoArray(scores, at + 2 * scoresStride + LANES);
    a3.intoArray(scores, at + 3 * scoresStride);
    b3.intoArray(scores, at + 3 * scoresStride + LANES);
  }
}
