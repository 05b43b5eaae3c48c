package dev.freshet.vector.kernels;

import java.util.Arrays;

/** A block of vectors side by side against one codebook entry after another. */
final class PlainProductEncoder implements ProductEncoder {
  private static final int BLOCK = 64;

  private final PackedCodebook codebook;

  PlainProductEncoder(float[] codebook, int subVectors, int entries) {
    this.codebook = PackedCodebook.of(codebook, subVectors, entries);
  }

  @Override
  public void encode(float[] vectors, int fromRow, int toRow, byte[] codes) {
    float[] block = new float[codebook.blockSize(BLOCK)];
    float[] least = new float[BLOCK];
    float[] scores = new float[BLOCK];
    for (int row = fromRow; row < toRow; row += BLOCK) {
      int rows = Math.min(BLOCK, toRow - row);
      codebook.transpose(vectors, row, rows, BLOCK, block, 0);
      for (int s = 0; s < codebook.subVectors(); s++) {
        Arrays.fill(least, Float.POSITIVE_INFINITY);
        for (int r = 0; r < rows; r++) { // stays if no score is less than infinity
          codes[(row + r) * codebook.subVectors() + s] = 0;
        }
        for (int entry = 0; entry < codebook.entries(); entry++) {
          score(block, s, s * codebook.entries() + entry, scores);
          for (int r = 0; r < rows; r++) {
            if (scores[r] < least[r]) {
              least[r] = scores[r];
              codes[(row + r) * codebook.subVectors() + s] = (byte) entry;
            }
          }
        }
      }
    }
  }

  private void score(float[] block, int subVector, int entry, float[] scores) {
    Arrays.fill(scores, codebook.norms()[entry]);
    int at = codebook.at(entry);
    for (int d = 0; d < codebook.length(); d++) {
      addScaled(
          block,
          (subVector * codebook.depth() + d) * BLOCK,
          codebook.tiles()[at + d * PackedCodebook.TILE],
          scores);
    }
  }

  /** The loop that the compiler vectorises. */
  private static void addScaled(float[] block, int offset, float value, float[] scores) {
    for (int r = 0; r < BLOCK; r++) {
      scores[r] += value * block[offset + r];
    }
  }
}
