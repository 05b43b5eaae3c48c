package dev.freshet.vector.format;

import static dev.freshet.vector.format.CorruptSegmentException.check;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongConsumer;
import org.roaringbitmap.InvalidRoaringFormat;
import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

/**
 * A set of row ids as Lance stores it: how many bitmaps there are, and of each the upper half of
 * its ids, its length in bytes, and a Roaring bitmap of their lower halves, in the format that all
 * implementations of Roaring share. Numbers are 32 bits wide and little-endian.
 */
final class RowIdBitmap {

  private static final long UNSIGNED = 0xFFFF_FFFFL;

  private RowIdBitmap() {}

  /** Feeds each id once, ascending within an upper half. */
  static void forEach(ByteBuffer bytes, LongConsumer consumer) throws CorruptSegmentException {
    ByteBuffer buffer = bytes.order(ByteOrder.LITTLE_ENDIAN);
    try {
      for (int left = buffer.getInt(); left > 0; left--) {
        long upper = Integer.toUnsignedLong(buffer.getInt()) << Integer.SIZE;
        int length = buffer.getInt();
        check(
            length > 0 && length <= buffer.remaining(),
            "a bitmap of %d bytes in %d",
            length,
            buffer.remaining());
        PeekableIntIterator lower =
            new ImmutableRoaringBitmap(buffer.slice(buffer.position(), length)).getIntIterator();
        while (lower.hasNext()) {
          consumer.accept(upper | (lower.next() & UNSIGNED));
        }
        buffer.position(buffer.position() + length);
      }
    } catch (BufferUnderflowException | IndexOutOfBoundsException | InvalidRoaringFormat e) {
      throw new CorruptSegmentException("a bitmap that ends too early", e);
    }
  }
}
