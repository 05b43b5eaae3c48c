package dev.freshet.vector.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a column of fixed-width values, page by page. Holds one page ({@link
 * PageBuffer#PAGE_BYTES} at most, and a chunk) and the values of an unfinished chunk.
 */
final class ColumnWriter {
  private final FileFormat format;
  private final ValueEncoder encoder;
  private final int items;
  private final int itemBytes;
  private final int valueBytes;
  private final byte[] pending;
  private final PageBuffer page;
  private final List<ColumnPage> pages = new ArrayList<>();
  private int pendingValues;
  private long pageRows;

  private ColumnWriter(FileFormat format, ValueEncoder encoder, int items, int itemBytes) {
    this.format = format;
    this.encoder = encoder;
    this.items = items;
    this.itemBytes = itemBytes;
    this.valueBytes = Math.max(1, items) * itemBytes;
    this.page = new PageBuffer(format);
    this.pending = new byte[encoder.chunkValues() * valueBytes];
  }

  /** A column of lists of {@code items} scalars. */
  static ColumnWriter ofLists(FileFormat format, int items, int itemBytes) {
    ValueEncoder encoder = ValueEncoder.ofLists(format, items * itemBytes);
    return new ColumnWriter(format, encoder, items, itemBytes);
  }

  /** A column of 64-bit numbers. */
  static ColumnWriter ofLongs(FileFormat format) {
    return new ColumnWriter(format, ValueEncoder.ofLongs(format), 0, Long.BYTES);
  }

  /** Appends {@code values} values, which begin at byte {@code offset}. */
  void append(byte[] source, int offset, int values, FileOutput out) throws IOException {
    int chunk = encoder.chunkValues();
    int at = offset;
    for (int left = values; left > 0; ) {
      int taken = Math.min(left, chunk - pendingValues);
      if (taken == chunk) {
        encode(source, at, chunk, out);
      } else {
        System.arraycopy(source, at, pending, pendingValues * valueBytes, taken * valueBytes);
        pendingValues += taken;
        if (pendingValues == chunk) {
          encodePending(out);
        }
      }
      at += taken * valueBytes;
      left -= taken;
    }
  }

  /** Writes what is left; the column's pages. */
  List<ColumnPage> finish(FileOutput out) throws IOException {
    if (pendingValues > 0) {
      encodePending(out);
    }
    if (pageRows > 0) {
      writePage(out);
    }
    return List.copyOf(pages);
  }

  private void encodePending(FileOutput out) throws IOException {
    int values = pendingValues;
    pendingValues = 0;
    encode(pending, 0, values, out);
  }

  private void encode(byte[] source, int offset, int values, FileOutput out) throws IOException {
    encoder.encode(source, offset, values, page);
    pageRows += values;
    if (page.full()) {
      writePage(out);
    }
  }

  private void writePage(FileOutput out) throws IOException {
    List<Extent> buffers = new ArrayList<>();
    if (page.chunked()) {
      byte[] table = page.chunkTable();
      buffers.add(out.writeBuffer(table, table.length));
    }
    buffers.add(out.writeBuffer(page.data(), page.length()));
    pages.add(new ColumnPage(List.copyOf(buffers), pageRows, ByteBuffer.wrap(description())));
    page.clear();
    pageRows = 0;
  }

  private byte[] description() {
    return format.hasChunks()
        ? PageLayout.write(format, encoder.encoding(), items, itemBytes, pageRows)
        : ArrayEncoding.write(items, itemBytes);
  }
}
