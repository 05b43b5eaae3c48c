package dev.freshet.lance.verify;

import dev.freshet.vector.quantizer.EncodedBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Checksums of what the rows' present vectors are encoded to, by row id. Memory: 12 bytes a row,
 * and 12 more while they are sorted. Several threads may add; one looks up.
 */
final class ExpectedCodes {

  private static final int MIX = 0x9E3779B9;

  /** Of a block of rows. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Chunk(long[] rowIds, int[] checksums) {}

  private final int codeBytes;
  private final List<Chunk> chunks = new ArrayList<>();
  private long[] rowIds = new long[0];
  private int[] checksums = new int[0];

  ExpectedCodes(int codeBytes) {
    this.codeBytes = codeBytes;
  }

  void add(EncodedBlock block) {
    int[] sums = new int[block.rows()];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = checksum(block.partitions()[i], block.codes(), i * codeBytes);
    }
    synchronized (chunks) {
      if (sums.length > 0) {
        chunks.add(new Chunk(block.rowIds(), sums));
      }
    }
  }

  /** Has to come between the last row that is added and the first that is looked up. */
  void sort() {
    int rows = chunks.stream().mapToInt(chunk -> chunk.checksums().length).sum();
    long[] ids = new long[rows];
    int[] sums = new int[rows];
    int at = 0;
    chunks.sort(Comparator.comparingLong(chunk -> chunk.rowIds()[0]));
    for (Chunk chunk : chunks) {
      System.arraycopy(chunk.rowIds(), 0, ids, at, chunk.checksums().length);
      System.arraycopy(chunk.checksums(), 0, sums, at, chunk.checksums().length);
      at += chunk.checksums().length;
    }
    chunks.clear();
    order(ids, sums);
  }

  /** Most often the ids are ascending, as those of a fragment are where they are addresses. */
  private void order(long[] ids, int[] sums) {
    rowIds = ids;
    checksums = sums;
    if (!isAscending(ids)) {
      rowIds = ids.clone();
      Arrays.sort(rowIds);
      checksums = new int[sums.length];
      for (int i = 0; i < ids.length; i++) {
        checksums[at(ids[i])] = sums[i];
      }
    }
  }

  private static boolean isAscending(long[] ids) {
    boolean ascending = true;
    for (int i = 1; i < ids.length && ascending; i++) {
      ascending = ids[i - 1] < ids[i];
    }
    return ascending;
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
    return Arrays.binarySearch(rowIds, rowId);
  }

  private int checksum(int partition, byte[] codes, int from) {
    CRC32C crc = new CRC32C(); // has a state, so each thread has its own
    crc.update(codes, from, codeBytes);
    return (int) crc.getValue() ^ partition * MIX;
  }
}
