package dev.freshet.vector.format;

import static dev.freshet.vector.format.CorruptSegmentException.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Goes through the chunks of a page once. The table has an entry for each: its size in words minus
 * one, and in 4 bits log2 of its values; the last one holds what is left of the page.
 */
final class ChunkTable {
  private static final int MAX_TABLE_BYTES = 16 << 20;
  private static final int MAX_CHUNK_BYTES = 1 << 20;

  private final ByteBuffer entries;
  private final int entryBytes;

  /** One chunk, or several that lie one after the other. */
  record Chunk(long bytes, long values) {}

  private ChunkTable(ByteBuffer entries, int entryBytes) {
    this.entries = entries;
    this.entryBytes = entryBytes;
  }

  /** Reads a table, and checks that its chunks are all of the page's data. */
  static ChunkTable read(LanceFile file, Extent table, Extent data) throws IOException {
    int entryBytes = file.format().chunkEntryBytes();
    check(
        table.length() % entryBytes == 0 && table.length() <= MAX_TABLE_BYTES,
        "a chunk table of %d bytes",
        table.length());
    ByteBuffer entries =
        ByteBuffer.wrap(file.read(table.position(), (int) table.length()))
            .order(ByteOrder.LITTLE_ENDIAN);
    ChunkTable chunks = new ChunkTable(entries, entryBytes);
    long bytes = 0;
    while (entries.hasRemaining()) {
      bytes += bytes(chunks.peek());
      chunks.advance();
    }
    check(bytes == data.length(), "chunks of %d bytes in a page of %d", bytes, data.length());
    entries.rewind();
    return chunks;
  }

  /** Passes over whole chunks of no more than so many values, but never over the last. */
  Chunk pass(long values) {
    long bytes = 0;
    long passed = 0;
    while (!isLast() && passed + values(peek()) <= values) {
      bytes += bytes(peek());
      passed += values(peek());
      advance();
    }
    return new Chunk(bytes, passed);
  }

  /** The next chunk, where so many rows of the page are left. */
  Chunk next(long rowsLeft) throws CorruptSegmentException {
    check(entries.hasRemaining(), "%d rows of a page are in no chunk", rowsLeft);
    boolean last = isLast();
    Chunk next = new Chunk(bytes(peek()), last ? rowsLeft : values(peek()));
    check(next.bytes() <= MAX_CHUNK_BYTES, "a chunk of %d bytes", next.bytes());
    check(
        last ? next.values() <= MAX_CHUNK_BYTES : next.values() < rowsLeft,
        "a chunk of %d values where %d are left",
        next.values(),
        rowsLeft);
    advance();
    return next;
  }

  private boolean isLast() {
    return entries.remaining() <= entryBytes;
  }

  private int peek() {
    return entryBytes == Integer.BYTES
        ? entries.getInt(entries.position())
        : Short.toUnsignedInt(entries.getShort(entries.position()));
  }

  private void advance() {
    entries.position(entries.position() + entryBytes);
  }

  private static long bytes(int entry) {
    return ((long) (entry >>> 4) + 1) * Long.BYTES;
  }

  private static long values(int entry) {
    return 1L << (entry & 0xF);
  }
}
