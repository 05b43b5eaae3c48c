package dev.freshet.vector.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A page while it is encoded: its data, and the entries of its chunks. */
final class PageBuffer {
  /** Lance closes a page when it holds about as much. */
  static final int PAGE_BYTES = 8 << 20;

  static final int CHUNK_HEADER_BYTES = 8;
  private static final int FIRST_BYTES = 64 << 10;

  private final FileFormat format;
  private byte[] data = new byte[FIRST_BYTES];
  private int length;
  private byte[] entries = new byte[1 << 10];
  private int entriesLength;

  PageBuffer(FileFormat format) {
    this.format = format;
  }

  /** Room for {@code bytes} more; where it begins in {@link #data()}. */
  int reserve(int bytes) {
    int at = length;
    length = Math.addExact(length, bytes);
    if (length > data.length) {
      data = Arrays.copyOf(data, Math.max(length, 2 * data.length));
    }
    return at;
  }

  /** The bytes; another array once room is reserved again. */
  byte[] data() {
    return data;
  }

  int length() {
    return length;
  }

  boolean full() {
    return length >= PAGE_BYTES;
  }

  /**
   * Begins a chunk of fixed-width values: the header says how many levels of nulls (none) and bytes
   * follow, and the chunk ends on a multiple of 8 bytes.
   *
   * @param bytes bytes of its values
   * @param log2Values how many values, as a power of 2
   * @return where the values go
   */
  int beginChunk(int bytes, int log2Values) {
    int size = CHUNK_HEADER_BYTES + (bytes + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    int at = reserve(size);
    Arrays.fill(data, at, length, (byte) 0);
    littleEndian(data).putInt(at + Short.BYTES, bytes); // of 16 bits before 2.2, then zeros
    addEntry((size / Long.BYTES - 1) << 4 | log2Values);
    return at + CHUNK_HEADER_BYTES;
  }

  private void addEntry(int entry) {
    if (entriesLength == entries.length) {
      entries = Arrays.copyOf(entries, 2 * entries.length);
    }
    if (format.hasLargeChunks()) {
      littleEndian(entries).putInt(entriesLength, entry);
    } else {
      littleEndian(entries).putShort(entriesLength, (short) entry);
    }
    entriesLength += format.chunkEntryBytes();
  }

  /** The chunk table: the last chunk's number of values is what is left of the page's. */
  byte[] chunkTable() {
    byte[] table = Arrays.copyOf(entries, entriesLength);
    table[entriesLength - format.chunkEntryBytes()] &= (byte) 0xF0;
    return table;
  }

  boolean chunked() {
    return entriesLength > 0;
  }

  void clear() {
    length = 0;
    entriesLength = 0;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
