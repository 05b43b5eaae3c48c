package dev.freshet.vector.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Unpacks blocks of 1024 bit-packed 64-bit values in the interleaved order of FastLanes (Afroozeh
 * and Boncz, "The FastLanes Compression Layout", VLDB 2023): 16 lanes of 64 values, and a value's
 * place follows from its row in the lane.
 */
final class BitUnpacker {
  static final int BLOCK = 1024;
  private static final int LANES = BLOCK / Long.SIZE;
  private static final int[] ORDER = {0, 4, 2, 6, 1, 5, 3, 7};

  private BitUnpacker() {}

  /** Bytes of a block of values of that many bits. */
  static int packedBytes(int bits) {
    return BLOCK * bits / Byte.SIZE;
  }

  /**
   * Unpacks one block.
   *
   * @param packed at least {@code packedBytes(bits)} bytes from {@code offset} on
   * @param bits bits of a value, 0 to 64
   * @param target 1024 values
   */
  static void unpack(byte[] packed, int offset, int bits, long[] target) {
    ByteBuffer words = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
    long mask = bits == Long.SIZE ? -1L : (1L << bits) - 1;
    for (int row = 0; row < Long.SIZE; row++) {
      int place = ORDER[row / 8] * LANES + row % 8 * 128;
      int word = row * bits / Long.SIZE;
      int shift = row * bits % Long.SIZE;
      boolean spills = shift + bits > Long.SIZE;
      for (int lane = 0; lane < LANES; lane++) {
        int at = offset + (word * LANES + lane) * Long.BYTES;
        long value = bits == 0 ? 0 : words.getLong(at) >>> shift;
        if (spills) {
          value |= words.getLong(at + LANES * Long.BYTES) << (Long.SIZE - shift);
        }
        target[place + lane] = value & mask;
      }
    }
  }
}
