package dev.freshet.vector.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;

/**
 * Streams rows of a segment in batches, all partitions or chosen ones ascending; a batch lies in
 * one partition, and a large partition comes in several batches. What lies before a chosen
 * partition is not read, but for a chunk or two.
 *
 * <p>Memory: a batch of about 1 MiB, and two blocks of 1 MiB for each of the two columns. Codes
 * that Lance stored transposed need the codes of one whole partition as well, as only its last byte
 * completes a row.
 */
public final class PartitionCursor {
  private static final int BATCH_BYTES = 1 << 20;
  private static final int MAX_BATCH_ROWS = 16384;

  private final String location;
  private final ColumnReader rowIdReader;
  private final ColumnReader codeReader;
  private final int codeBytes;
  private final long[] partitionLengths;
  private final boolean transposed;
  private final BitSet chosen;

  private final byte[] rowIdBytes;
  private final long[] rowIds;
  private final byte[] codes;
  private byte[] columns = new byte[0];
  private int partition = -1;

  /** Rows of partitions that are not chosen, since the last one that was read. */
  private long skipped;

  private long partitionLeft;
  private int rows;

  PartitionCursor(
      String location,
      ColumnReader rowIdReader,
      ColumnReader codeReader,
      int codeBytes,
      long[] partitionLengths,
      boolean transposed,
      BitSet chosen) {
    this.location = location;
    this.rowIdReader = rowIdReader;
    this.codeReader = codeReader;
    this.codeBytes = codeBytes;
    this.partitionLengths = partitionLengths;
    this.transposed = transposed;
    this.chosen = chosen;
    int batchRows = Math.min(MAX_BATCH_ROWS, 1 + BATCH_BYTES / (codeBytes + Long.BYTES));
    this.rowIdBytes = new byte[batchRows * Long.BYTES];
    this.rowIds = new long[batchRows];
    this.codes = new byte[Math.multiplyExact(batchRows, codeBytes)];
  }

  /**
   * Moves on to the next batch, if there is one.
   *
   * @throws CorruptSegmentException if the file is malformed there
   */
  public boolean next() throws IOException {
    try {
      return advance();
    } catch (CorruptSegmentException e) {
      throw new CorruptSegmentException(location + ": " + e.getMessage(), e);
    }
  }

  /** The partition of the batch. */
  public int partition() {
    return partition;
  }

  /** Rows in the batch, at least one. */
  public int rows() {
    return rows;
  }

  /** Row ids, the first {@link #rows()} of them; valid until the next batch. */
  public long[] rowIds() {
    return rowIds;
  }

  /** Codes, row-major, of the first {@link #rows()} rows; valid until the next batch. */
  public byte[] codes() {
    return codes;
  }

  private boolean advance() throws IOException {
    while (partitionLeft == 0) {
      partition++;
      if (partition >= partitionLengths.length) {
        return false;
      }
      if (chosen.get(partition)) {
        partitionLeft = partitionLengths[partition];
        begin();
      } else {
        skipped += partitionLengths[partition];
      }
    }
    rows = (int) Math.min(partitionLeft, rowIds.length);
    rowIdReader.read(rowIdBytes, 0, rows);
    ByteBuffer.wrap(rowIdBytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(rowIds, 0, rows);
    if (transposed) {
      transposeBack();
    } else {
      codeReader.read(codes, 0, rows);
    }
    partitionLeft -= rows;
    return true;
  }

  private void begin() throws IOException {
    if (skipped > 0 && partitionLeft > 0) {
      rowIdReader.skip(skipped);
      codeReader.skip(skipped);
      skipped = 0;
    }
    if (transposed) {
      loadPartition();
    }
  }

  private void loadPartition() throws IOException {
    long bytes = partitionLeft * codeBytes;
    CorruptSegmentException.check(
        bytes <= Integer.MAX_VALUE - 8, "a transposed partition of %d bytes", bytes);
    if (columns.length < bytes) {
      columns = new byte[(int) bytes];
    }
    codeReader.read(columns, 0, (int) partitionLeft);
  }

  /** Within a partition Lance's transposed codes lie as [codeBytes][rows]. */
  private void transposeBack() {
    int partitionRows = (int) partitionLengths[partition];
    int first = partitionRows - (int) partitionLeft;
    for (int column = 0; column < codeBytes; column++) {
      int from = column * partitionRows + first;
      for (int row = 0; row < rows; row++) {
        codes[row * codeBytes + column] = columns[from + row];
      }
    }
  }
}
