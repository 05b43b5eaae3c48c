package dev.freshet.vector.format;

import static dev.freshet.vector.format.CorruptSegmentException.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Reads a column of fixed-width values once, from the first to the last; some may be skipped. Holds
 * the block that is used and the one that is read ahead ({@link #BLOCK_BYTES} each), one decoded
 * chunk (at most 32 KiB) and a page's chunk table.
 */
final class ColumnReader {
  static final int BLOCK_BYTES = 1 << 20;
  private static final int CHUNK_HEADER_BYTES = 8;
  private static final int MAX_CHUNK_TABLE_BYTES = 16 << 20;
  private static final int MAX_CHUNK_BYTES = 32 << 10;

  private final LanceFile file;
  private final List<ColumnPage> pages;
  private final Executor executor;
  private final int items;
  private final int itemBytes;
  private final int valueBytes;
  private final long[] unpacked = new long[BitPacking.BLOCK];
  private final ByteBuffer decoded =
      ByteBuffer.allocate(BitPacking.BLOCK * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private ReadAhead blocks;
  private int nextPage;

  /** Bytes of the open page's data that were taken or skipped. */
  private long pageBytes;

  private PageEncoding encoding = PageEncoding.CONTIGUOUS;
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
    this.executor = executor;
    this.blocks = blocksFrom(0, 0);
  }

  /** What is left of a page after its first bytes, and all pages after it. */
  private ReadAhead blocksFrom(int page, long bytes) {
    Stream<Extent> left =
        IntStream.range(page, pages.size())
            .boxed()
            .flatMap(i -> blocksOf(pages.get(i), i == page ? bytes : 0));
    return new ReadAhead(file, left.iterator(), executor);
  }

  /** The data of a page; a block of values that are as they are holds whole ones. */
  private Stream<Extent> blocksOf(ColumnPage page, long from) {
    Extent data = page.buffers().get(page.buffers().size() - 1);
    int most =
        page.buffers().size() == 1
            ? Math.max(1, BLOCK_BYTES / valueBytes) * valueBytes
            : BLOCK_BYTES;
    return LongStream.iterate(from, at -> at < data.length(), at -> at + most)
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

  /** Passes over the next values; pages and chunks without a wanted value are not read. */
  void skip(long values) throws IOException {
    long decoded = Math.min(values, chunk.remaining() / valueBytes);
    chunk.position(chunk.position() + (int) decoded * valueBytes);
    long left = values - decoded;
    if (left > 0 && left >= pageRowsLeft) {
      left = skipPages(left);
    }
    if (left > 0) {
      skipInPage(left);
    }
  }

  /**
   * Passes over whole pages and opens the one after them; returns how much of it is to be skipped.
   */
  private long skipPages(long values) throws IOException {
    long left = values - pageRowsLeft;
    pageRowsLeft = 0;
    while (nextPage < pages.size() && left >= pages.get(nextPage).rows()) {
      left -= pages.get(nextPage++).rows();
    }
    moveTo(nextPage, 0);
    if (left > 0) {
      openPage();
    }
    return left;
  }

  private void skipInPage(long values) throws IOException {
    if (encoding == PageEncoding.CONTIGUOUS) {
      pageRowsLeft -= values;
      pass(values * valueBytes);
      return;
    }
    long left = values;
    long bytes = 0;
    while (chunkTable.remaining() > Short.BYTES) {
      short entry = chunkTable.getShort(chunkTable.position());
      long inChunk = 1L << (entry & 0xF);
      if (inChunk > left) {
        break;
      }
      chunkTable.position(chunkTable.position() + Short.BYTES);
      pageRowsLeft -= inChunk;
      left -= inChunk;
      bytes += chunkBytes(entry);
    }
    pass(bytes);
    if (left > 0) {
      decodeChunk();
      check(left * valueBytes <= chunk.remaining(), "a chunk of fewer than %d values", left);
      chunk.position((int) left * valueBytes);
    }
  }

  /** Passes over bytes of the open page: within the block if they are in it. */
  private void pass(long bytes) {
    if (bytes <= block.remaining()) {
      block.position(block.position() + (int) bytes);
      pageBytes += bytes;
    } else {
      moveTo(nextPage - 1, pageBytes + bytes);
    }
  }

  private void moveTo(int page, long bytes) {
    pageBytes = bytes;
    block = ByteBuffer.allocate(0);
    blocks = blocksFrom(page, bytes);
  }

  private void nextChunk() throws IOException {
    if (pageRowsLeft == 0) {
      openPage();
    }
    if (encoding == PageEncoding.CONTIGUOUS) {
      chunk = nextBlock();
      pageBytes += chunk.remaining();
      pageRowsLeft -= chunk.remaining() / valueBytes;
    } else {
      decodeChunk();
    }
  }

  private void openPage() throws IOException {
    check(nextPage < pages.size(), "a column ends too early");
    ColumnPage page = pages.get(nextPage++);
    encoding = PageEncoding.parse(page.encoding(), items, itemBytes, page.rows());
    List<Extent> buffers = page.buffers();
    boolean contiguous = encoding == PageEncoding.CONTIGUOUS;
    check(buffers.size() == (contiguous ? 1 : 2), "a page of %d buffers", buffers.size());
    Extent data = buffers.get(buffers.size() - 1);
    if (contiguous) {
      check(
          data.length() % valueBytes == 0 && data.length() / valueBytes == page.rows(),
          "%d bytes for %d values of %d bytes",
          data.length(),
          page.rows(),
          valueBytes);
    } else {
      chunkTable = readChunkTable(buffers.get(0), data);
    }
    pageRowsLeft = page.rows();
    pageBytes = 0;
  }

  /** A 16-bit entry for each chunk: 12 bits size in words minus one, 4 bits log2 of its values. */
  private ByteBuffer readChunkTable(Extent table, Extent data) throws IOException {
    check(
        table.length() % Short.BYTES == 0 && table.length() <= MAX_CHUNK_TABLE_BYTES,
        "a chunk table of %d bytes",
        table.length());
    ByteBuffer entries =
        ByteBuffer.wrap(file.read(table.position(), (int) table.length()))
            .order(ByteOrder.LITTLE_ENDIAN);
    long bytes = 0;
    for (int at = 0; at < entries.limit(); at += Short.BYTES) {
      bytes += chunkBytes(entries.getShort(at));
    }
    check(bytes == data.length(), "chunks of %d bytes in a page of %d", bytes, data.length());
    return entries;
  }

  private static int chunkBytes(short entry) {
    return ((entry & 0xFFFF) >>> 4) * Long.BYTES + Long.BYTES;
  }

  private void decodeChunk() throws IOException {
    check(chunkTable.hasRemaining(), "%d rows of a page are in no chunk", pageRowsLeft);
    short entry = chunkTable.getShort();
    int size = chunkBytes(entry);
    long values = chunkTable.hasRemaining() ? 1L << (entry & 0xF) : pageRowsLeft;
    check(
        values <= pageRowsLeft
            && (chunkTable.hasRemaining() ? values < pageRowsLeft : values <= MAX_CHUNK_BYTES),
        "a chunk of %d values where %d are left",
        values,
        pageRowsLeft);
    ByteBuffer bytes = take(size);
    int levels = bytes.getShort(0) & 0xFFFF;
    int used = bytes.getShort(Short.BYTES) & 0xFFFF;
    check(levels == 0, "a chunk with %d levels of nulls or lists", levels);
    check(used <= size - CHUNK_HEADER_BYTES, "%d bytes in a chunk of %d", used, size);
    if (encoding == PageEncoding.CHUNKED) {
      check(used == values * valueBytes, "%d bytes for %d values", used, values);
      chunk = bytes.slice(CHUNK_HEADER_BYTES, used);
    } else {
      chunk = unpack(bytes, used, values);
    }
    pageRowsLeft -= values;
  }

  /** A bit-packed chunk: the width as 64 bits, then one block, whatever the number of values. */
  private ByteBuffer unpack(ByteBuffer bytes, int used, long values)
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
    pageBytes += length;
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
