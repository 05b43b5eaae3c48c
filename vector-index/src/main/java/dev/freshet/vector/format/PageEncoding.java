package dev.freshet.vector.format;

import static dev.freshet.vector.format.CorruptSegmentException.check;

import java.nio.ByteBuffer;

/**
 * How a page of fixed-width values without nulls lies in its buffers: the three ways that Lance
 * takes for row ids and codes.
 */
enum PageEncoding {
  /** Chunks of up to 32 KiB, each with a header; values as they are. */
  CHUNKED,
  /** Chunks of up to 1024 bit-packed 64-bit values. */
  CHUNKED_BITPACKED,
  /** One buffer with the values one after the other; taken for values of 256 bytes and more. */
  CONTIGUOUS;

  /** Values of so many bytes and more lie in one buffer. */
  static final int CONTIGUOUS_BYTES = 256;

  private static final long ALL_VALID_ITEM = 1;

  /**
   * The message {@code PageLayout} of a page that lies so.
   *
   * @param items scalars in one value; 0 if the value is a scalar and not a list of them
   * @param itemBytes bytes of one scalar
   */
  byte[] layout(int items, int itemBytes, long rows) {
    ProtoWriter values = values(items, itemBytes * Byte.SIZE);
    if (this == CONTIGUOUS) {
      long bits = (long) Math.max(1, items) * itemBytes * Byte.SIZE;
      return new ProtoWriter()
          .message(
              3,
              new ProtoWriter()
                  .number(3, bits)
                  .number(5, rows)
                  .number(6, rows)
                  .message(7, values)
                  .packed(8, new long[] {ALL_VALID_ITEM}))
          .toByteArray();
    }
    return new ProtoWriter()
        .message(
            1,
            new ProtoWriter()
                .message(3, values)
                .packed(6, new long[] {ALL_VALID_ITEM})
                .number(7, 1)
                .number(9, rows))
        .toByteArray();
  }

  private ProtoWriter values(int items, int bits) {
    ProtoWriter width = new ProtoWriter().number(1, bits);
    if (this == CHUNKED_BITPACKED) {
      return new ProtoWriter().message(5, width);
    }
    ProtoWriter flat = new ProtoWriter().message(1, width);
    return items == 0
        ? flat
        : new ProtoWriter().message(11, new ProtoWriter().number(1, items).message(2, flat));
  }

  /**
   * @param layout the message {@code PageLayout}
   * @param items scalars in one value
   * @param itemBytes bytes of one scalar
   */
  static PageEncoding parse(ByteBuffer layout, int items, int itemBytes, long rows)
      throws CorruptSegmentException {
    ProtoReader message = new ProtoReader(layout);
    check(message.next(), "a page without an encoding");
    return switch (message.field()) {
      case 1 -> parseMiniBlock(message.message(), items, itemBytes, rows);
      case 3 -> parseFullZip(message.message(), items, itemBytes, rows);
      default -> throw new CorruptSegmentException("unknown page layout " + message.field());
    };
  }

  private static PageEncoding parseMiniBlock(
      ProtoReader layout, int items, int itemBytes, long rows) throws CorruptSegmentException {
    PageEncoding encoding = CHUNKED;
    boolean compressed = false;
    while (layout.next()) {
      switch (layout.field()) {
        case 3 -> {
          encoding = parseValues(layout.message(), items, itemBytes);
          compressed = true;
        }
        case 6 -> checkValid(layout);
        case 7 -> check(layout.number() == 1, "%d buffers in a chunk", layout.number());
        case 9 -> check(layout.number() == rows, "%d items in %d rows", layout.number(), rows);
        default -> throw unknown(layout);
      }
    }
    check(compressed, "a page without a value encoding");
    return encoding;
  }

  private static PageEncoding parseFullZip(ProtoReader layout, int items, int itemBytes, long rows)
      throws CorruptSegmentException {
    long bits = 0;
    while (layout.next()) {
      switch (layout.field()) {
        case 3 -> bits = layout.number();
        case 5, 6 -> check(layout.number() == rows, "%d items in %d rows", layout.number(), rows);
        case 7 ->
            check(
                parseValues(layout.message(), items, itemBytes) == CHUNKED,
                "bit-packed values in a contiguous page");
        case 8 -> checkValid(layout);
        default -> throw unknown(layout);
      }
    }
    check(bits == (long) items * itemBytes * Byte.SIZE, "values of %d bits", bits);
    return CONTIGUOUS;
  }

  /** A CompressiveEncoding: flat (1), inline bit-packing (5), or a list (11) of flat items. */
  private static PageEncoding parseValues(ProtoReader encoding, int items, int itemBytes)
      throws CorruptSegmentException {
    check(encoding.next(), "an empty value encoding");
    switch (encoding.field()) {
      case 1 -> {
        check(items == 1 && onlyNumber(encoding.message()) == itemBytes * 8L, "flat bits");
        return CHUNKED;
      }
      case 5 -> {
        check(
            items == 1 && itemBytes == Long.BYTES && onlyNumber(encoding.message()) == Long.SIZE,
            "bit-packing of anything but 64-bit values");
        return CHUNKED_BITPACKED;
      }
      case 11 -> {
        return parseList(encoding.message(), items, itemBytes);
      }
      default -> throw new CorruptSegmentException("unknown value encoding " + encoding.field());
    }
  }

  private static PageEncoding parseList(ProtoReader list, int items, int itemBytes)
      throws CorruptSegmentException {
    while (list.next()) {
      switch (list.field()) {
        case 1 -> check(list.number() == items, "%d items in a list", list.number());
        case 2 ->
            check(
                parseValues(list.message(), 1, itemBytes) == CHUNKED, "bit-packed items in a list");
        default -> throw unknown(list);
      }
    }
    return CHUNKED;
  }

  private static long onlyNumber(ProtoReader message) throws CorruptSegmentException {
    check(message.next() && message.field() == 1, "an encoding without a width");
    long number = message.number();
    check(!message.next(), "compressed buffers are not known");
    return number;
  }

  private static void checkValid(ProtoReader layout) throws CorruptSegmentException {
    LongArray layers = new LongArray();
    layout.numbers(layers);
    for (long layer : layers.toArray()) {
      check(layer == ALL_VALID_ITEM, "a page with nulls or lists (layer %d)", layer);
    }
  }

  private static CorruptSegmentException unknown(ProtoReader message) {
    return new CorruptSegmentException("unknown field " + message.field() + " in an encoding");
  }
}
