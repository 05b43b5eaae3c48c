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
 * Reads the data of a column's pages, in blocks: holds the one that is used and the one that is
 * read ahead ({@link #BLOCK_BYTES} each).
 */
final class ColumnBytes {
  private static final int BLOCK_BYTES = 1 << 20;

  private final LanceFile file;
  private final List<ColumnPage> pages;
  private final int valueBytes;
  private final Executor executor;

  private ReadAhead blocks;
  private ByteBuffer block = ByteBuffer.allocate(0);
  private int page;

  /** Bytes of the page's data that were taken or passed. */
  private long pageBytes;

  /**
   * @param executor reads ahead
   */
  ColumnBytes(LanceFile file, List<ColumnPage> pages, int valueBytes, Executor executor) {
    this.file = file;
    this.pages = pages;
    this.valueBytes = valueBytes;
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

  /** The data of a page, if it has any; a block of values that are as they are holds whole ones. */
  private Stream<Extent> blocksOf(ColumnPage page, long from) {
    if (page.buffers().isEmpty()) {
      return Stream.empty();
    }
    Extent data = page.buffers().get(page.buffers().size() - 1);
    int most =
        page.buffers().size() == 1
            ? Math.max(1, BLOCK_BYTES / valueBytes) * valueBytes
            : BLOCK_BYTES;
    return LongStream.iterate(from, at -> at < data.length(), at -> at + most)
        .mapToObj(at -> new Extent(data.position() + at, Math.min(most, data.length() - at)));
  }

  /** Goes on with the first byte of a page, as all bytes before it were taken or passed. */
  void begin(int next) {
    page = next;
    pageBytes = 0;
  }

  /** Goes on at a byte of a page; what lies before it is not read. */
  void moveTo(int next, long bytes) {
    page = next;
    pageBytes = bytes;
    block = ByteBuffer.allocate(0);
    blocks = blocksFrom(next, bytes);
  }

  /** Passes over bytes of the page: within the block if they are in it. */
  void pass(long bytes) {
    if (bytes <= block.remaining()) {
      block.position(block.position() + (int) bytes);
      pageBytes += bytes;
    } else {
      moveTo(page, pageBytes + bytes);
    }
  }

  /** The next block of a page of values that are as they are. */
  ByteBuffer takeBlock() throws IOException {
    ByteBuffer taken = nextBlock();
    pageBytes += taken.remaining();
    return taken;
  }

  /** The next bytes of the page: in its block, or copied where they cross its end. */
  ByteBuffer take(int length) throws IOException {
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
