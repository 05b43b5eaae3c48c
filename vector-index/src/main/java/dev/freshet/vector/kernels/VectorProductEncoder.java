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

  /** Floats of the vectors that pass one sub-vector's entries before the next sub-vector's come. */
  private static final int BLOCK_FLOATS = 1 << 14;

  private final PackedCodebook codebook;

  VectorProductEncoder(float[] codebook, int subVectors, int entries) {
    this.codebook = PackedCodebook.of(codebook, subVectors, entries);
  }

  @Override
  public void encode(float[] vectors, int fromRow, int toRow, byte[] codes) {
    int size = codebook.blockSize(WIDTH);
    int groups = Math.max(1, BLOCK_FLOATS / size);
    float[] block = new float[groups * size];
    float[] nearest = new float[WIDTH];
    for (int from = fromRow; from < toRow; from += groups * WIDTH) {
      int to = Math.min(toRow, from + groups * WIDTH);
      for (int row = from; row < to; row += WIDTH) {
        int rows = Math.min(WIDTH, to - row);
        codebook.transpose(vectors, row, rows, WIDTH, block, (row - from) / WIDTH * size);
      }
      for (int s = 0; s < codebook.subVectors(); s++) {
        for (int row = from; row < to; row += WIDTH) {
          int rows = Math.min(WIDTH, to - row);
          int at = (row - from) / WIDTH * size + s * codebook.depth() * WIDTH;
          nearest(block, at, s, nearest);
          for (int r = 0; r < rows; r++) {
            codes[(row + r) * codebook.subVectors() + s] = (byte) (int) nearest[r];
          }
        }
      }
    }
  }

  /**
   * The nearest entries, as floats to share the mask of the scores, of [depth][WIDTH] in a block.
   */
  private void nearest(float[] block, int from, int subVector, float[] nearest) {
    int end = from + codebook.depth() * WIDTH;
    int entries = codebook.entries();
    float[] tiles = codebook.tiles();
    float[] norms = codebook.norms();
    int firstEntry = subVector * entries;
    int at = codebook.at(firstEntry);
    FloatVector leastA = FloatVector.broadcast(SPECIES, Float.POSITIVE_INFINITY);
    FloatVector leastB = leastA;
    FloatVector indexA = FloatVector.zero(SPECIES);
    FloatVector indexB = indexA;
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    FloatVector entry = indexA;
    for (int e = firstEntry; e < firstEntry + entries; e += TILE) {
      FloatVector a0 = FloatVector.broadcast(SPECIES, norms[e]);
      FloatVector a1 = FloatVector.broadcast(SPECIES, norms[e + 1]);
      FloatVector a2 = FloatVector.broadcast(SPECIES, norms[e + 2]);
      FloatVector a3 = FloatVector.broadcast(SPECIES, norms[e + 3]);
      FloatVector b0 = a0;
      FloatVector b1 = a1;
      FloatVector b2 = a2;
      FloatVector b3 = a3;
      int d = from;
      do { // not a loop that the compiler counts, unrolls and surrounds with two others
        FloatVector x = FloatVector.fromArray(SPECIES, block, d);
        FloatVector y = FloatVector.fromArray(SPECIES, block, d + LANES);
        FloatVector c = FloatVector.broadcast(SPECIES, tiles[at]);
        a0 = c.fma(x, a0);
        b0 = c.fma(y, b0);
        c = FloatVector.broadcast(SPECIES, tiles[at + 1]);
        a1 = c.fma(x, a1);
        b1 = c.fma(y, b1);
        c = FloatVector.broadcast(SPECIES, tiles[at + 2]);
        a2 = c.fma(x, a2);
        b2 = c.fma(y, b2);
        c = FloatVector.broadcast(SPECIES, tiles[at + 3]);
        a3 = c.fma(x, a3);
        b3 = c.fma(y, b3);
        x = FloatVector.fromArray(SPECIES, block, d + WIDTH);
        y = FloatVector.fromArray(SPECIES, block, d + WIDTH + LANES);
        c = FloatVector.broadcast(SPECIES, tiles[at + TILE]);
        a0 = c.fma(x, a0);
        b0 = c.fma(y, b0);
        c = FloatVector.broadcast(SPECIES, tiles[at + TILE + 1]);
        a1 = c.fma(x, a1);
        b1 = c.fma(y, b1);
        c = FloatVector.broadcast(SPECIES, tiles[at + TILE + 2]);
        a2 = c.fma(x, a2);
        b2 = c.fma(y, b2);
        c = FloatVector.broadcast(SPECIES, tiles[at + TILE + 3]);
        a3 = c.fma(x, a3);
        b3 = c.fma(y, b3);
        d += 2 * WIDTH;
        at += 2 * TILE;
      } while (d != end);
      VectorMask<Float> less = a0.compare(VectorOperators.LT, leastA);
      leastA = leastA.blend(a0, less);
      indexA = indexA.blend(entry, less);
      less = b0.compare(VectorOperators.LT, leastB);
      leastB = leastB.blend(b0, less);
      indexB = indexB.blend(entry, less);
      entry = entry.add(one);
      less = a1.compare(VectorOperators.LT, leastA);
      leastA = leastA.blend(a1, less);
      indexA = indexA.blend(entry, less);
      less = b1.compare(VectorOperators.LT, leastB);
      leastB = leastB.blend(b1, less);
      indexB = indexB.blend(entry, less);
      entry = entry.add(one);
      less = a2.compare(VectorOperators.LT, leastA);
      leastA = leastA.blend(a2, less);
      indexA = indexA.blend(entry, less);
      less = b2.compare(VectorOperators.LT, leastB);
      leastB = leastB.blend(b2, less);
      indexB = indexB.blend(entry, less);
      entry = entry.add(one);
      less = a3.compare(VectorOperators.LT, leastA);
      leastA = leastA.blend(a3, less);
      indexA = indexA.blend(entry, less);
      less = b3.compare(VectorOperators.LT, leastB);
      leastB = leastB.blend(b3, less);
      indexB = indexB.blend(entry, less);
      entry = entry.add(one);
    }
    indexA.intoArray(nearest, 0);
    indexB.intoArray(nearest, LANES);
  }
}
