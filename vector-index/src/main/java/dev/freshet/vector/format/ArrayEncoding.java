package dev.freshet.vector.format;

import static dev.freshet.vector.format.CorruptSegmentException.check;

import java.nio.ByteBuffer;

/**
 * The message {@code ArrayEncoding} of Lance's {@code encodings_v2_0.proto}, which describes a page
 * of format 2.0. Fixed-width values without nulls lie one after the other in the page's one buffer.
 */
final class ArrayEncoding {
  private static final int FLAT = 1;
  private static final int NULLABLE = 2;
  private static final int FIXED_SIZE_LIST = 3;
  private static final int NO_NULLS = 1;
  private static final int VALUES = 1;

  private ArrayEncoding() {}

  /**
   * The message of such a page.
   *
   * @param items scalars in one value; 0 if the value is a scalar and not a list of them
   * @param itemBytes bytes of one scalar
   */
  static byte[] write(int items, int itemBytes) {
    ProtoWriter firstBuffer = new ProtoWriter();
    ProtoWriter flat =
        new ProtoWriter().number(1, (long) itemBytes * Byte.SIZE).message(2, firstBuffer);
    ProtoWriter scalars = withoutNulls(new ProtoWriter().message(FLAT, flat));
    if (items == 0) {
      return scalars.toByteArray();
    }
    ProtoWriter list = new ProtoWriter().number(1, items).message(2, scalars);
    return withoutNulls(new ProtoWriter().message(FIXED_SIZE_LIST, list)).toByteArray();
  }

  private static ProtoWriter withoutNulls(ProtoWriter values) {
    ProtoWriter valid = new ProtoWriter().message(VALUES, values);
    return new ProtoWriter().message(NULLABLE, new ProtoWriter().message(NO_NULLS, valid));
  }

  /**
   * Checks that the message is that of such a page.
   *
   * @param items scalars in one value
   */
  static void checkIs(ByteBuffer message, int items, int itemBytes) throws CorruptSegmentException {
    ProtoReader values = values(new ProtoReader(message));
    if (values.field() == FIXED_SIZE_LIST) {
      checkList(values.message(), items, itemBytes);
    } else {
      check(items == 1, "scalars instead of lists of %d", items);
      checkFlat(values, itemBytes);
    }
  }

  private static void checkList(ProtoReader list, int items, int itemBytes)
      throws CorruptSegmentException {
    boolean described = false;
    while (list.next()) {
      switch (list.field()) {
        case 1 -> check(list.number() == items, "%d items", list.number());
        case 2 -> {
          checkFlat(values(list.message()), itemBytes);
          described = true;
        }
        default -> throw unknown(list);
      }
    }
    check(described, "a list without an encoding of its items");
  }

  /** Flat values of one width, in the first buffer of the page, not compressed. */
  private static void checkFlat(ProtoReader encoding, int itemBytes)
      throws CorruptSegmentException {
    check(encoding.field() == FLAT, "unknown array encoding %d", encoding.field());
    ProtoReader flat = encoding.message();
    long bits = 0;
    while (flat.next()) {
      switch (flat.field()) {
        case 1 -> bits = flat.number();
        case 2 -> checkFirstBuffer(flat.message());
        default -> throw unknown(flat);
      }
    }
    check(bits == (long) itemBytes * Byte.SIZE, "values of %d bits", bits);
  }

  private static void checkFirstBuffer(ProtoReader buffer) throws CorruptSegmentException {
    while (buffer.next()) {
      check(buffer.number() == 0, "values in another buffer");
    }
  }

  /** The encoding of values without nulls, at its one field. */
  private static ProtoReader values(ProtoReader encoding) throws CorruptSegmentException {
    ProtoReader values = encoding.only(NULLABLE).only(NO_NULLS).only(VALUES);
    check(values.next(), "an empty array encoding");
    return values;
  }

  private static CorruptSegmentException unknown(ProtoReader message) {
    return new CorruptSegmentException("unknown field " + message.field() + " in an encoding");
  }
}
