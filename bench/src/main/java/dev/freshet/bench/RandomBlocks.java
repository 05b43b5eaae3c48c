package dev.freshet.bench;

import dev.freshet.vector.quantizer.EncodedBlock;
import java.util.SplittableRandom;

/** Encoded rows without any meaning, always the same. */
final class RandomBlocks {

  private RandomBlocks() {}

  /**
   * A block.
   *
   * @param first row id of its first row
   */
  static EncodedBlock block(int rows, int partitions, int codeBytes, long first) {
    SplittableRandom random = new SplittableRandom(first + 1);
    long[] rowIds = new long[rows];
    int[] nearest = new int[rows];
    byte[] codes = new byte[rows * codeBytes];
    for (int row = 0; row < rows; row++) {
      rowIds[row] = first + row;
      nearest[row] = random.nextInt(partitions);
    }
    random.nextBytes(codes);
    return new EncodedBlock(rowIds, nearest, codes);
  }
}
