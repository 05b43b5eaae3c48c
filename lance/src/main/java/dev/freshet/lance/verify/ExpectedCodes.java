package dev.freshet.lance.verify;

import dev.freshet.vector.quantizer.EncodedBlock;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Checksums of what the rows' present vectors are encoded to, by row id. Memory: 12 bytes a row,
 * and 12 more while they are sorted, if they did not come in order.
 */
final class ExpectedCodes {

  private static final int MIX = 0x9E3779B9;

  private final CRC32C crc = new CRC32C();
  private final int codeBytes;
  private long[] rowIds;
  private int[] checksums;
  private int rows;
  private boolean sorted = true;

  /**
   * @param capacity the most rows
   */
  ExpectedCodes(int capacity, int codeBytes) {
    this.rowIds = new long[capacity];
    this.checksums = new int[capacity];
    this.codeBytes = codeBytes;
  }

  void add(EncodedBlock block) {
    for (int i = 0; i < block.rows(); i++) {
      long id = block.rowIds()[i];
      sorted &= rows == 0 || rowIds[rows - 1] < id;
      rowIds[rows] = id;
      checksums[rows++] = checksum(block.partitions()[i], block.codes(), i * codeBytes);
    }
  }

  /** Has to come between the last row that is added and the first that is looked up. */
  void sort() {
    if (!sorted) {
      long[] order = Arrays.copyOf(rowIds, rows);
      Arrays.sort(order);
      int[] moved = new int[rows];
      for (int i = 0; i < rows; i++) {
        moved[Arrays.binarySearch(order, rowIds[i])] = checksums[i];
      }
      rowIds = order;
      checksums = moved;
      sorted = true;
    }
  }

  /** Whether the row is among these. */
  boolean contains(long rowId) {
    return at(rowId) >= 0;
  }

  /** Whether the row is encoded to that code in that partition. */
  boolean matches(long rowId, int partition, byte[] codes, int from) {
    int at = at(rowId);
    return at >= 0 && checksums[at] == checksum(partition, codes, from);
  }

  private int at(long rowId) {
    return Arrays.binarySearch(rowIds, 0, rows, rowId);
  }

  private int checksum(int partition, byte[] codes, int from) {
    crc.reset();
    crc.update(codes, from, codeBytes);
    return (int) crc.getValue() ^ partition * MIX;
  }
}
