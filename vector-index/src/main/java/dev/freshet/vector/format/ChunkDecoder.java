package dev.freshet.vector.format;

import static dev.freshet.vector.format.CorruptSegmentException.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Decodes chunks and constant pages; the values are those of a buffer that it uses again. */
final class ChunkDecoder {
  private static final int HEADER_BYTES = 8;

  private final FileFormat format;
  private final int valueBytes;
  private final long[] unpacked = new long[BitPacking.BLOCK];
  private final ByteBuffer decoded =
      ByteBuffer.allocate(BitPacking.BLOCK * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  ChunkDecoder(FileFormat format, int valueBytes) {
    this.format = format;
    this.valueBytes = valueBytes;
  }

  /** So few rows of one value that they fit the buffer of a bit-packed chunk. */
  ByteBuffer repeat(ByteBuffer constant, long rows) {
    decoded.clear();
    for (long row = 0; row < rows; row++) {
      decoded.put(constant.duplicate());
    }
    return decoded.slice(0, decoded.position());
  }

  /** The values of a chunk: its own bytes, or unpacked. */
  ByteBuffer decode(PageEncoding encoding, ByteBuffer chunk, long values)
      throws CorruptSegmentException {
    int size = chunk.remaining();
    int levels = Short.toUnsignedInt(chunk.getShort(0));
    long used =
        format.hasLargeChunks()
            ? Integer.toUnsignedLong(chunk.getInt(Short.BYTES))
            : Short.toUnsignedInt(chunk.getShort(Short.BYTES));
    check(levels == 0, "a chunk with %d levels of nulls or lists", levels);
    check(used <= size - HEADER_BYTES, "%d bytes in a chunk of %d", used, size);
    if (encoding == PageEncoding.CHUNKED_BITPACKED) {
      return unpack(chunk, used, values);
    }
    check(used == values * valueBytes, "%d bytes for %d values", used, values);
    return chunk.slice(HEADER_BYTES, (int) used);
  }

  /** A bit-packed chunk: the width as 64 bits, then one block, whatever the number of values. */
  private ByteBuffer unpack(ByteBuffer chunk, long used, long values)
      throws CorruptSegmentException {
    check(used >= Long.BYTES && values <= BitPacking.BLOCK, "%d bit-packed values", values);
    long width = chunk.getLong(HEADER_BYTES);
    check(
        width >= 0
            && width <= Long.SIZE
            && used == Long.BYTES + BitPacking.packedBytes((int) width),
        "%d bit-packed values of %d bits in %d bytes",
        values,
        width,
        used);
    BitPacking.unpack(chunk, HEADER_BYTES + Long.BYTES, (int) width, unpacked);
    decoded.clear();
    decoded.asLongBuffer().put(unpacked, 0, (int) values);
    return decoded.slice(0, (int) values * Long.BYTES);
  }
}
