package dev.freshet.vector.format;

import static dev.freshet.vector.format.CorruptSegmentException.check;

import java.nio.ByteBuffer;

/**
 * The message {@code PageLayout} of Lance's {@code encodings_v2_1.proto}, which describes a page of
 * formats 2.1 and 2.2.
 *
 * @param constant the value of all rows of a {@link PageEncoding#CONSTANT} page; otherwise empty
 */
record PageLayout(PageEncoding encoding, ByteBuffer constant) {
  private static final int MINI_BLOCK = 1;
  private static final int CONSTANT = 2;
  private static final int FULL_ZIP = 3;
  private static final long ALL_VALID_ITEM = 1;
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  /**
   * The message of a page of many values.
   *
   * @param items scalars in one value; 0 if the value is a scalar and not a list of them
   * @param itemBytes bytes of one scalar
   */
  static byte[] write(
      FileFormat format, PageEncoding encoding, int items, int itemBytes, long rows) {
    ProtoWriter values = values(encoding, items, itemBytes * Byte.SIZE);
    if (encoding == PageEncoding.CONTIGUOUS) {
      long bits = (long) Math.max(1, items) * itemBytes * Byte.SIZE;
      return new ProtoWriter()
          .message(
              FULL_ZIP,
              new ProtoWriter()
                  .number(3, bits)
                  .number(5, rows)
                  .number(6, rows)
                  .message(7, values)
                  .packed(8, new long[] {ALL_VALID_ITEM}))
          .toByteArray();
    }
    ProtoWriter chunks =
        new ProtoWriter()
            .message(3, values)
            .packed(6, new long[] {ALL_VALID_ITEM})
            .number(7, 1)
            .number(9, rows);
    if (format.hasLargeChunks()) {
      chunks.number(10, 1);
    }
    return new ProtoWriter().message(MINI_BLOCK, chunks).toByteArray();
  }

  private static ProtoWriter values(PageEncoding encoding, int items, int bits) {
    ProtoWriter width = new ProtoWriter().number(1, bits);
    if (encoding == PageEncoding.CHUNKED_BITPACKED) {
      return new ProtoWriter().message(5, width);
    }
    ProtoWriter flat = new ProtoWriter().message(1, width);
    return items == 0
        ? flat
        : new ProtoWriter().message(11, new ProtoWriter().number(1, items).message(2, flat));
  }

  /**
   * Parses the message, and checks that it describes values of that width.
   *
   * @param items scalars in one value
   * @param itemBytes bytes of one scalar
   */
  static PageLayout parse(
      FileFormat format, ByteBuffer message, int items, int itemBytes, long rows)
      throws CorruptSegmentException {
    ProtoReader layout = new ProtoReader(message);
    check(layout.next(), "a page without an encoding");
    int kind = layout.field();
    ProtoReader details = layout.message();
    check(!layout.next(), "a page of two layouts");
    return switch (kind) {
      case MINI_BLOCK -> plain(parseMiniBlock(format, details, items, itemBytes, rows));
      case CONSTANT -> parseConstant(details, items, itemBytes, rows);
      case FULL_ZIP -> plain(parseFullZip(details, items, itemBytes, rows));
      default -> throw new CorruptSegmentException("unknown page layout " + kind);
    };
  }

  private static PageLayout plain(PageEncoding encoding) {
    return new PageLayout(encoding, NONE);
  }

  /** Rows of one page are bounded, as it has no bytes that would bound them. */
  private static PageLayout parseConstant(ProtoReader layout, int items, int itemBytes, long rows)
      throws CorruptSegmentException {
    ByteBuffer value = NONE;
    while (layout.next()) {
      switch (layout.field()) {
        case 5 -> checkValid(layout);
        case 6 -> value = layout.payload();
        default -> throw unknown(layout);
      }
    }
    check(
        items == 1 && value.remaining() == itemBytes,
        "%d values of one constant of %d bytes",
        items,
        value.remaining());
    check(rows <= BitPacking.BLOCK, "one value for %d rows", rows);
    return new PageLayout(PageEncoding.CONSTANT, value);
  }

  private static PageEncoding parseMiniBlock(
      FileFormat format, ProtoReader layout, int items, int itemBytes, long rows)
      throws CorruptSegmentException {
    PageEncoding encoding = PageEncoding.CHUNKED;
    boolean compressed = false;
    boolean largeChunks = false;
    while (layout.next()) {
      switch (layout.field()) {
        case 3 -> {
          encoding = parseValues(layout.message(), items, itemBytes);
          compressed = true;
        }
        case 6 -> checkValid(layout);
        case 7 -> check(layout.number() == 1, "%d buffers in a chunk", layout.number());
        case 9 -> check(layout.number() == rows, "%d items in %d rows", layout.number(), rows);
        case 10 -> largeChunks = layout.number() != 0;
        default -> throw unknown(layout);
      }
    }
    check(compressed, "a page without a value encoding");
    check(largeChunks == format.hasLargeChunks(), "chunks of another format than %s", format);
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
                parseValues(layout.message(), items, itemBytes) == PageEncoding.CHUNKED,
                "bit-packed values in a contiguous page");
        case 8 -> checkValid(layout);
        default -> throw unknown(layout);
      }
    }
    check(bits == (long) items * itemBytes * Byte.SIZE, "values of %d bits", bits);
    return PageEncoding.CONTIGUOUS;
  }

  /**
   * A {@code CompressiveEncoding}: flat (1), inline bit-packing (5), or a list (11) of flat items.
   */
  private static PageEncoding parseValues(ProtoReader encoding, int items, int itemBytes)
      throws CorruptSegmentException {
    check(encoding.next(), "an empty value encoding");
    switch (encoding.field()) {
      case 1 -> {
        check(items == 1 && onlyNumber(encoding.message()) == itemBytes * 8L, "flat bits");
        return PageEncoding.CHUNKED;
      }
      case 5 -> {
        check(
            items == 1 && itemBytes == Long.BYTES && onlyNumber(encoding.message()) == Long.SIZE,
            "bit-packing of anything but 64-bit values");
        return PageEncoding.CHUNKED_BITPACKED;
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
                parseValues(list.message(), 1, itemBytes) == PageEncoding.CHUNKED,
                "bit-packed items in a list");
        default -> throw unknown(list);
      }
    }
    return PageEncoding.CHUNKED;
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
