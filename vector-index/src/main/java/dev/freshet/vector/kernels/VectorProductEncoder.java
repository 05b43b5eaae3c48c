package dev.freshet.vector.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * One vector a lane, so that the nearest entry needs no reduction across lanes. A register tile is
 * 2 registers of vectors by 4 codebook entries.
 */
final class VectorProductEncoder implements ProductEncoder {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int WIDTH = 2 * LANES;
  private static final int TILE = PackedCodebook.TILE;

  /** Rows that pass one sub-vector's entries before the next sub-vector's are loaded. */
  private static final int BLOCK = 8 * WIDTH;

  private final PackedCodebook codebook;

  VectorProductEncoder(float[] codebook, int subVectors, int entries) {
    this.codebook = PackedCodebook.of(codebook, subVectors, entries);
  }

  @Override
  public void encode(float[] vectors, int fromRow, int toRow, byte[] codes) {
    float[] block = new float[codebook.length() * WIDTH];
    float[] nearest = new float[WIDTH];
    for (int blockRow = fromRow; blockRow < toRow; blockRow += BLOCK) {
      int blockEnd = Math.min(toRow, blockRow + BLOCK);
      for (int s = 0; s < codebook.subVectors(); s++) {
        for (int row = blockRow; row < blockEnd; row += WIDTH) {
          int rows = Math.min(WIDTH, blockEnd - row);
          codebook.transpose(vectors, row, rows, s, WIDTH, block);
          nearest(block, s, nearest);
          for (int r = 0; r < rows; r++) {
            codes[(row + r) * codebook.subVectors() + s] = (byte) (int) nearest[r];
          }
        }
      }
    }
  }

  /** The nearest entries, as floats to share the mask of the scores, of a block [length][WIDTH]. */
  private void nearest(float[] block, int subVector, float[] nearest) {
    int length = codebook.length();
    int entries = codebook.entries();
    float[] tiles = codebook.tiles();
    float[] norms = codebook.norms();
    int firstEntry = subVector * entries;
    FloatVector leastA = FloatVector.broadcast(SPECIES, Float.POSITIVE_INFINITY);
    FloatVector leastB = leastA;
    FloatVector indexA = FloatVector.zero(SPECIES);
    FloatVector indexB = indexA;
    for (int e = 0; e < entries; e += TILE) {
      int at = (firstEntry + e) * length;
      FloatVector a0 = FloatVector.broadcast(SPECIES, norms[firstEntry + e]);
      FloatVector a1 = FloatVector.broadcast(SPECIES, norms[firstEntry + e + 1]);
      FloatVector a2 = FloatVector.broadcast(SPECIES, norms[firstEntry + e + 2]);
      FloatVector a3 = FloatVector.broadcast(SPECIES, norms[firstEntry + e + 3]);
      FloatVector b0 = a0;
      FloatVector b1 = a1;
      FloatVector b2 = a2;
      FloatVector b3 = a3;
      for (int d = 0; d < length; d++) {
        FloatVector x = FloatVector.fromArray(SPECIES, block, d * WIDTH);
        FloatVector y = FloatVector.fromArray(SPECIES, block, d * WIDTH + LANES);
        FloatVector c = FloatVector.broadcast(SPECIES, tiles[at + d * TILE]);
        a0 = c.fma(x, a0);
        b0 = c.fma(y, b0);
        c = FloatVector.broadcast(SPECIES, tiles[at + d * TILE + 1]);
        a1 = c.fma(x, a1);
        b1 = c.fma(y, b1);
        c = FloatVector.broadcast(SPECIES, tiles[at + d * TILE + 2]);
        a2 = c.fma(x, a2);
        b2 = c.fma(y, b2);
        c = FloatVector.broadcast(SPECIES, tiles[at + d * TILE + 3]);
        a3 = c.fma(x, a3);
        b3 = c.fma(y, b3);
      }
      VectorMask<Float> less = a0.compare(VectorOperators.LT, leastA);
      leastA = leastA.blend(a0, less);
      indexA = indexA.blend(e, less);
      less = b0.compare(VectorOperators.LT, leastB);
      leastB = leastB.blend(b0, less);
      indexB = indexB.blend(e, less);
      less = a1.compare(VectorOperators.LT, leastA);
      leastA = leastA.blend(a1, less);
      indexA = indexA.blend(e + 1, less);
      less = b1.compare(VectorOperators.LT, leastB);
      leastB = leastB.blend(b1, less);
      indexB = indexB.blend(e + 1, less);
      less = a2.compare(VectorOperators.LT, leastA);
      leastA = leastA.blend(a2, less);
      indexA = indexA.blend(e + 2, less);
      less = b2.compare(VectorOperators.LT, leastB);
      leastB = leastB.blend(b2, less);
      indexB = indexB.blend(e + 2, less);
      less = a3.compare(VectorOperators.LT, leastA);
      leastA = leastA.blend(a3, less);
      indexA = indexA.blend(e + 3, less);
      less = b3.compare(VectorOperators.LT, leastB);
      leastB = leastB.blend(b3, less);
      indexB = indexB.blend(e + 3, less);
    }
    indexA.intoArray(nearest, 0);
    indexB.intoArray(nearest, LANES);
  }
}
