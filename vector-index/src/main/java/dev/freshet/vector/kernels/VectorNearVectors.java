package dev.freshet.vector.kernels;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The scores of all fixed vectors; a block of rows stays in the cache while all panels pass it. */
final class VectorNearVectors implements NearVectors {
  private static final VectorSpecies<Float> SPECIES = PanelProduct.SPECIES;
  private static final int LANES = PanelProduct.LANES;
  private static final int PANEL = PanelProduct.PANEL;
  private static final int TILE = PanelProduct.TILE;
  private static final int BLOCK = 64;

  private final PackedCentroids fixed;
  private final PanelProduct product;
  private final NearLimits nearness;

  VectorNearVectors(PackedCentroids fixed) {
    this.fixed = fixed;
    this.product = new PanelProduct(fixed.panels(), fixed.start(), fixed.depth());
    this.nearness = NearLimits.of(fixed);
  }

  @Override
  public void find(float[] vectors, int fromRow, int toRow, float[] limits, Pairs pairs) {
    int blockRows = Math.min(BLOCK, (toRow - fromRow + TILE - 1) / TILE * TILE);
    VectorBlock block = new VectorBlock(blockRows, fixed.dimension(), fixed.depth());
    float[] offsets = new float[blockRows];
    for (int row = fromRow; row < toRow; row += BLOCK) {
      int rows = Math.min(BLOCK, toRow - row);
      block.load(vectors, row, rows, fixed.shift());
      for (int r = 0; r < rows; r++) {
        offsets[r] = nearness.offset(block.squaredNorm(r));
      }
      for (int panel = 0; panel < fixed.panelCount(); panel++) {
        product.multiply(block.vectors(), block.tiles(), panel, block.scores(), 0, PANEL);
        compare(block.scores(), offsets, rows, row, panel * PANEL, limits, pairs);
      }
    }
  }

  private void compare(
      float[] scores,
      float[] offsets,
      int rows,
      int firstRow,
      int firstVector,
      float[] limits,
      Pairs pairs) {
    float[] panel = new float[PANEL];
    Arrays.fill(panel, Float.NEGATIVE_INFINITY);
    int used = Math.min(PANEL, fixed.count() - firstVector);
    System.arraycopy(limits, firstVector, panel, 0, used);
    FloatVector first = FloatVector.fromArray(SPECIES, panel, 0);
    FloatVector second = FloatVector.fromArray(SPECIES, panel, LANES);
    for (int r = 0; r < rows; r++) {
      VectorMask<Float> far =
          FloatVector.fromArray(SPECIES, scores, r * PANEL)
              .compare(VectorOperators.GT, first.add(offsets[r]));
      VectorMask<Float> farToo =
          FloatVector.fromArray(SPECIES, scores, r * PANEL + LANES)
              .compare(VectorOperators.GT, second.add(offsets[r]));
      if (!far.and(farToo).allTrue()) {
        for (int i = 0; i < used; i++) {
          if (!(scores[r * PANEL + i] > panel[i] + offsets[r])) {
            pairs.accept(firstRow + r, firstVector + i);
          }
        }
      }
    }
  }
}
