package dev.freshet.vector.format;

import static dev.freshet.vector.format.CorruptSegmentException.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Reads a column of fixed-width values once, from the first to the last. Holds the block that is
 * used and the one that is read ahead ({@link #BLOCK_BYTES} each), one decoded chunk (1 MiB at
 * most, usually a few KiB) and a page's chunk table.
 */
final class ColumnReader {
  static final int BLOCK_BYTES = 1 << 20;
  private static final int CHUNK_HEADER_BYTES = 8;
  private static final int MAX_CHUNK_TABLE_BYTES = 16 << 20;
  private static final int MAX_CHUNK_BYTES = 1 << 20;

  private final LanceFile file;
  private final List<ColumnPage> pages;
  private final ReadAhead blocks;
  private final int items;
  private final int itemBytes;
  private final int valueBytes;
  private final long[] unpacked = new long[BitPacking.BLOCK];
  private final ByteBuffer decoded =
      ByteBuffer.allocate(BitPacking.BLOCK * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private int nextPage;
  private PageEncoding encoding = PageEncoding.CONTIGUOUS;
  private ByteBuffer constant = ByteBuffer.allocate(0);
  private long pageRowsLeft;
  private ByteBuffer chunkTable = ByteBuffer.allocate(0);
  private ByteBuffer block = ByteBuffer.allocate(0);
  private ByteBuffer chunk = ByteBuffer.allocate(0);

  /**
   * @param items scalars in one value
   * @param itemBytes bytes of one scalar
   * @param executor reads ahead
   */
  ColumnReader(LanceFile file, int column, int items, int itemBytes, Executor executor) {
    this.file = file;
    this.pages = file.pages(column);
    this.items = items;
    this.itemBytes = itemBytes;
    this.valueBytes = Math.multiplyExact(items, itemBytes);
    this.blocks = new ReadAhead(file, pages.stream().flatMap(this::blocksOf).iterator(), executor);
  }

  /** The data of a page, if it has any; a block of values that are as they are holds whole ones. */
  private Stream<Extent> blocksOf(ColumnPage page) {
    if (page.buffers().isEmpty()) {
      return Stream.empty();
    }
    Extent data = page.buffers().get(page.buffers().size() - 1);
    int most =
        page.buffers().size() == 1
            ? Math.max(1, BLOCK_BYTES / valueBytes) * valueBytes
            : BLOCK_BYTES;
    return LongStream.iterate(0, at -> at < data.length(), at -> at + most)
        .mapToObj(at -> new Extent(data.position() + at, Math.min(most, data.length() - at)));
  }

  /** Copies the next values to {@code target}, from byte {@code offset} on. */
  void read(byte[] target, int offset, int values) throws IOException {
    int at = offset;
    int left = Math.multiplyExact(values, valueBytes);
    while (left > 0) {
      if (!chunk.hasRemaining()) {
        nextChunk();
      }
      int copied = Math.min(left, chunk.remaining());
      chunk.get(target, at, copied);
      at += copied;
      left -= copied;
    }
  }

  private void nextChunk() throws IOException {
    if (pageRowsLeft == 0) {
      openPage();
    }
    switch (encoding) {
      case CONTIGUOUS -> {
        chunk = nextBlock();
        pageRowsLeft -= chunk.remaining() / valueBytes;
      }
      case CONSTANT -> repeatConstant();
      case CHUNKED, CHUNKED_BITPACKED -> decodeChunk();
    }
  }

  private void openPage() throws IOException {
    check(nextPage < pages.size(), "a column ends too early");
    ColumnPage page = pages.get(nextPage++);
    PageLayout layout = layout(page);
    encoding = layout.encoding();
    constant = layout.constant();
    List<Extent> buffers = page.buffers();
    check(buffers.size() == encoding.buffers(), "a page of %d buffers", buffers.size());
    switch (encoding) {
      case CONTIGUOUS -> checkHolds(buffers.get(0), page.rows());
      case CONSTANT -> {} // its value is all there is
      case CHUNKED, CHUNKED_BITPACKED ->
          chunkTable = readChunkTable(buffers.get(0), buffers.get(1));
    }
    pageRowsLeft = page.rows();
  }

  private PageLayout layout(ColumnPage page) throws CorruptSegmentException {
    if (file.format().hasChunks()) {
      return PageLayout.parse(file.format(), page.encoding(), items, itemBytes, page.rows());
    }
    ArrayEncoding.checkIs(page.encoding(), items, itemBytes);
    return new PageLayout(PageEncoding.CONTIGUOUS, constant);
  }

  private void checkHolds(Extent data, long rows) throws CorruptSegmentException {
    check(
        data.length() % valueBytes == 0 && data.length() / valueBytes == rows,
        "%d bytes for %d values of %d bytes",
        data.length(),
        rows,
        valueBytes);
  }

  /** The whole page: it has so few rows that they fit the buffer of a bit-packed chunk. */
  private void repeatConstant() {
    decoded.clear();
    for (; pageRowsLeft > 0; pageRowsLeft--) {
      decoded.put(constant.duplicate());
    }
    chunk = decoded.flip().slice();
    decoded.clear();
  }

  /** An entry for each chunk: its size in words minus one, and in 4 bits log2 of its values. */
  private ByteBuffer readChunkTable(Extent table, Extent data) throws IOException {
    check(
        table.length() % file.format().chunkEntryBytes() == 0
            && table.length() <= MAX_CHUNK_TABLE_BYTES,
        "a chunk table of %d bytes",
        table.length());
    ByteBuffer entries =
        ByteBuffer.wrap(file.read(table.position(), (int) table.length()))
            .order(ByteOrder.LITTLE_ENDIAN);
    long bytes = 0;
    while (entries.hasRemaining()) {
      bytes += chunkBytes(nextEntry(entries));
    }
    check(bytes == data.length(), "chunks of %d bytes in a page of %d", bytes, data.length());
    return entries.rewind();
  }

  private int nextEntry(ByteBuffer entries) {
    return file.format().hasLargeChunks()
        ? entries.getInt()
        : Short.toUnsignedInt(entries.getShort());
  }

  private static long chunkBytes(int entry) {
    return ((long) (entry >>> 4) + 1) * Long.BYTES;
  }

  private void decodeChunk() throws IOException {
    check(chunkTable.hasRemaining(), "%d rows of a page are in no chunk", pageRowsLeft);
    int entry = nextEntry(chunkTable);
    long size = chunkBytes(entry);
    check(size <= MAX_CHUNK_BYTES, "a chunk of %d bytes", size);
    long values = chunkTable.hasRemaining() ? 1L << (entry & 0xF) : pageRowsLeft;
    check(
        values <= pageRowsLeft
            && (chunkTable.hasRemaining() ? values < pageRowsLeft : values <= MAX_CHUNK_BYTES),
        "a chunk of %d values where %d are left",
        values,
        pageRowsLeft);
    ByteBuffer bytes = take((int) size);
    int levels = Short.toUnsignedInt(bytes.getShort(0));
    long used =
        file.format().hasLargeChunks()
            ? Integer.toUnsignedLong(bytes.getInt(Short.BYTES))
            : Short.toUnsignedInt(bytes.getShort(Short.BYTES));
    check(levels == 0, "a chunk with %d levels of nulls or lists", levels);
    check(used <= size - CHUNK_HEADER_BYTES, "%d bytes in a chunk of %d", used, size);
    if (encoding == PageEncoding.CHUNKED) {
      check(used == values * valueBytes, "%d bytes for %d values", used, values);
      chunk = bytes.slice(CHUNK_HEADER_BYTES, (int) used);
    } else {
      chunk = unpack(bytes, used, values);
    }
    pageRowsLeft -= values;
  }

  /** A bit-packed chunk: the width as 64 bits, then one block, whatever the number of values. */
  private ByteBuffer unpack(ByteBuffer bytes, long used, long values)
      throws CorruptSegmentException {
    check(used >= Long.BYTES && values <= BitPacking.BLOCK, "%d bit-packed values", values);
    long width = bytes.getLong(CHUNK_HEADER_BYTES);
    check(
        width >= 0
            && width <= Long.SIZE
            && used == Long.BYTES + BitPacking.packedBytes((int) width),
        "%d bit-packed values of %d bits in %d bytes",
        values,
        width,
        used);
    BitPacking.unpack(bytes, CHUNK_HEADER_BYTES + Long.BYTES, (int) width, unpacked);
    decoded.asLongBuffer().put(unpacked, 0, (int) values);
    return decoded.slice(0, (int) values * Long.BYTES);
  }

  /** The next bytes of the page: in its block, or copied where they cross its end. */
  private ByteBuffer take(int length) throws IOException {
    if (!block.hasRemaining()) {
      block = nextBlock();
    }
    if (length <= block.remaining()) {
      ByteBuffer taken = block.slice(block.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      block.position(block.position() + length);
      return taken;
    }
    ByteBuffer taken = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    taken.put(block);
    while (taken.hasRemaining()) {
      block = nextBlock();
      int copied = Math.min(taken.remaining(), block.remaining());
      taken.put(block.slice(0, copied));
      block.position(copied);
    }
    return taken.flip();
  }

  private ByteBuffer nextBlock() throws IOException {
    Optional<byte[]> next = blocks.next();
    check(next.isPresent(), "a page ends too early");
    return ByteBuffer.wrap(next.get());
  }
}
