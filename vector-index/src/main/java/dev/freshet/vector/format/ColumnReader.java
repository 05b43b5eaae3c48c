package dev.freshet.vector.format;

import static dev.freshet.vector.format.CorruptSegmentException.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Reads a column of fixed-width values once, from the first to the last; some may be skipped. Holds
 * the blocks of its {@link ColumnBytes}, one decoded chunk (1 MiB at most, usually a few KiB) and a
 * page's {@link ChunkTable}.
 */
final class ColumnReader {
  private final LanceFile file;
  private final int valueBytes;
  private final ColumnPages pages;
  private final ColumnBytes bytes;
  private final ChunkDecoder decoder;

  private PageLayout layout = ColumnPages.PLAIN;
  private Optional<ChunkTable> chunks = Optional.empty();
  private long pageRowsLeft;

  /** Values that are decoded and not read yet. */
  private ByteBuffer values = ByteBuffer.allocate(0);

  /**
   * @param items scalars in one value
   * @param itemBytes bytes of one scalar
   * @param executor reads ahead
   */
  ColumnReader(LanceFile file, int column, int items, int itemBytes, Executor executor) {
    this.file = file;
    this.valueBytes = Math.multiplyExact(items, itemBytes);
    this.pages = new ColumnPages(file.format(), file.pages(column), items, itemBytes);
    this.bytes = new ColumnBytes(file, file.pages(column), valueBytes, executor);
    this.decoder = new ChunkDecoder(file.format(), valueBytes);
  }

  /** Copies the next values to {@code target}, from byte {@code offset} on. */
  void read(byte[] target, int offset, int count) throws IOException {
    int at = offset;
    int left = Math.multiplyExact(count, valueBytes);
    while (left > 0) {
      if (!values.hasRemaining()) {
        decodeNext();
      }
      int copied = Math.min(left, values.remaining());
      values.get(target, at, copied);
      at += copied;
      left -= copied;
    }
  }

  /** Passes over the next values; pages and chunks without a wanted value are not read. */
  void skip(long count) throws IOException {
    long decoded = Math.min(count, values.remaining() / valueBytes);
    skipDecoded(decoded);
    long left = count - decoded;
    if (left > 0 && left >= pageRowsLeft) {
      left = skipPages(left);
    }
    if (left > 0) {
      skipInPage(left);
    }
  }

  private void skipDecoded(long count) {
    values.position(values.position() + (int) count * valueBytes);
  }

  /**
   * Passes over whole pages and opens the one after them; returns how much of it is to be skipped.
   */
  private long skipPages(long count) throws IOException {
    long left = pages.pass(count - pageRowsLeft);
    pageRowsLeft = 0;
    bytes.moveTo(pages.place(), 0);
    if (left > 0) {
      openPage();
    }
    return left;
  }

  private void skipInPage(long count) throws IOException {
    switch (layout.encoding()) {
      case CONTIGUOUS -> {
        pageRowsLeft -= count;
        bytes.pass(count * valueBytes);
      }
      case CONSTANT -> {
        repeatConstant();
        skipDecoded(count);
      }
      case CHUNKED, CHUNKED_BITPACKED -> skipChunks(count);
    }
  }

  private void skipChunks(long count) throws IOException {
    ChunkTable.Chunk passed = chunks.orElseThrow().pass(count);
    pageRowsLeft -= passed.values();
    bytes.pass(passed.bytes());
    long left = count - passed.values();
    if (left > 0) {
      decodeChunk();
      check(left * valueBytes <= values.remaining(), "a chunk of fewer than %d values", left);
      skipDecoded(left);
    }
  }

  private void decodeNext() throws IOException {
    if (pageRowsLeft == 0) {
      openPage();
    }
    switch (layout.encoding()) {
      case CONTIGUOUS -> {
        values = bytes.takeBlock();
        pageRowsLeft -= values.remaining() / valueBytes;
      }
      case CONSTANT -> repeatConstant();
      case CHUNKED, CHUNKED_BITPACKED -> decodeChunk();
    }
  }

  private void openPage() throws IOException {
    bytes.begin(pages.place());
    ColumnPage page = pages.next();
    layout = pages.layout(page);
    if (layout.encoding().buffers() > 1) {
      chunks = Optional.of(ChunkTable.read(file, page.buffers().get(0), page.buffers().get(1)));
    }
    pageRowsLeft = page.rows();
  }

  private void repeatConstant() {
    values = decoder.repeat(layout.constant(), pageRowsLeft);
    pageRowsLeft = 0;
  }

  private void decodeChunk() throws IOException {
    ChunkTable.Chunk chunk = chunks.orElseThrow().next(pageRowsLeft);
    values = decoder.decode(layout.encoding(), bytes.take((int) chunk.bytes()), chunk.values());
    pageRowsLeft -= chunk.values();
  }
}
