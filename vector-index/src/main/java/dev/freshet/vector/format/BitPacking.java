package dev.freshet.vector.format;

import java.nio.ByteBuffer;

/**
 * Packs and unpacks blocks of 1024 64-bit values in the interleaved order of FastLanes (Afroozeh
 * and Boncz, "The FastLanes Compression Layout", VLDB 2023): 16 lanes of 64 values, and a value's
 * place follows from its row in the lane.
 */
final class BitPacking {
  static final int BLOCK = 1024;
  private static final int LANES = BLOCK / Long.SIZE;
  private static final int[] ORDER = {0, 4, 2, 6, 1, 5, 3, 7};

  private BitPacking() {}

  /** Bytes of a block of values of that many bits. */
  static int packedBytes(int bits) {
    return BLOCK * bits / Byte.SIZE;
  }

  /** Bits that the largest of the values needs, as unsigned numbers. */
  static int bits(long[] block) {
    long all = 0;
    for (long value : block) {
      all |= value;
    }
    return Long.SIZE - Long.numberOfLeadingZeros(all);
  }

  /**
   * Packs one block.
   *
   * @param block 1024 values of at most {@code bits} bits
   * @param target {@code packedBytes(bits)} zero bytes from {@code offset} on, little-endian
   */
  static void pack(long[] block, int bits, ByteBuffer target, int offset) {
    for (int row = 0; row < Long.SIZE && bits > 0; row++) {
      int place = ORDER[row / 8] * LANES + row % 8 * 128;
      int word = row * bits / Long.SIZE;
      int shift = row * bits % Long.SIZE;
      boolean spills = shift + bits > Long.SIZE;
      for (int lane = 0; lane < LANES; lane++) {
        int at = offset + (word * LANES + lane) * Long.BYTES;
        long value = block[place + lane];
        target.putLong(at, target.getLong(at) | value << shift);
        if (spills) {
          target.putLong(at + LANES * Long.BYTES, value >>> (Long.SIZE - shift));
        }
      }
    }
  }

  /**
   * Unpacks one block.
   *
   * @param words little-endian; at least {@code packedBytes(bits)} bytes from {@code offset} on
   * @param bits bits of a value, 0 to 64
   * @param target 1024 values
   */
  static void unpack(ByteBuffer words, int offset, int bits, long[] target) {
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
