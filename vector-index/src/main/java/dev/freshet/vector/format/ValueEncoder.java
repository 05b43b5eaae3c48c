package dev.freshet.vector.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Encodes fixed-width values a chunk at a time, in one of the ways of {@link PageEncoding}. */
interface ValueEncoder {

  /** Bytes of values that Lance puts in a chunk, about. */
  int CHUNK_BYTES = 4 << 10;

  PageEncoding encoding();

  /** Values in every chunk but the last of a page; a power of 2. */
  int chunkValues();

  /** Appends one chunk of {@code values} values, which begin at {@code offset} of the source. */
  void encode(byte[] source, int offset, int values, PageBuffer page);

  /** The encoder that Lance would choose for lists of that width. */
  static ValueEncoder ofLists(FileFormat format, int valueBytes) {
    return format.hasChunks() && valueBytes < PageEncoding.CONTIGUOUS_BYTES
        ? new Chunks(valueBytes)
        : new Contiguous(valueBytes);
  }

  /** The encoder that Lance would choose for 64-bit numbers. */
  static ValueEncoder ofLongs(FileFormat format) {
    return format.hasChunks() ? new BitPackedLongs() : new Contiguous(Long.BYTES);
  }

  /** Values as they are, in chunks. */
  record Chunks(int valueBytes) implements ValueEncoder {
    @Override
    public PageEncoding encoding() {
      return PageEncoding.CHUNKED;
    }

    @Override
    public int chunkValues() {
      return Integer.highestOneBit(CHUNK_BYTES / valueBytes);
    }

    @Override
    public void encode(byte[] source, int offset, int values, PageBuffer page) {
      int bytes = values * valueBytes;
      int at = page.beginChunk(bytes, Integer.numberOfTrailingZeros(chunkValues()));
      System.arraycopy(source, offset, page.data(), at, bytes);
    }
  }

  /** Values as they are, one after the other. */
  record Contiguous(int valueBytes) implements ValueEncoder {
    @Override
    public PageEncoding encoding() {
      return PageEncoding.CONTIGUOUS;
    }

    @Override
    public int chunkValues() {
      return Math.max(1, Integer.highestOneBit(CHUNK_BYTES / valueBytes));
    }

    @Override
    public void encode(byte[] source, int offset, int values, PageBuffer page) {
      int bytes = values * valueBytes;
      int at = page.reserve(bytes);
      System.arraycopy(source, offset, page.data(), at, bytes);
    }
  }

  /** 64-bit values, in as few bits as the largest of a chunk needs; the bits come first. */
  record BitPackedLongs() implements ValueEncoder {
    @Override
    public PageEncoding encoding() {
      return PageEncoding.CHUNKED_BITPACKED;
    }

    @Override
    public int chunkValues() {
      return BitPacking.BLOCK;
    }

    @Override
    public void encode(byte[] source, int offset, int values, PageBuffer page) {
      long[] block = new long[BitPacking.BLOCK];
      ByteBuffer.wrap(source, offset, values * Long.BYTES)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asLongBuffer()
          .get(block, 0, values);
      int bits = BitPacking.bits(block);
      int bytes = Long.BYTES + BitPacking.packedBytes(bits);
      int at = page.beginChunk(bytes, Integer.numberOfTrailingZeros(BitPacking.BLOCK));
      ByteBuffer data = ByteBuffer.wrap(page.data()).order(ByteOrder.LITTLE_ENDIAN);
      data.putLong(at, bits);
      BitPacking.pack(block, bits, data, at + Long.BYTES);
    }
  }
}
