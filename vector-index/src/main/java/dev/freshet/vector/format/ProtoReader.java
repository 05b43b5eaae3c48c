package dev.freshet.vector.format;

import static dev.freshet.vector.format.CorruptSegmentException.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks through the fields of one protobuf message, bounds checked.
 *
 * <p>After {@link #next()} the caller takes the value of the field that it is at, or leaves it.
 */
public final class ProtoReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private final ByteBuffer bytes;
  private int field;
  private int wireType;
  private long scalar;
  private int start;
  private int length;

  /** A reader of a whole message. */
  public ProtoReader(byte[] bytes) {
    this(ByteBuffer.wrap(bytes));
  }

  /** A reader of a whole message, from the buffer's position to its limit; it is not copied. */
  public ProtoReader(ByteBuffer bytes) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Moves on to the next field, if there is one. */
  public boolean next() throws CorruptSegmentException {
    if (!bytes.hasRemaining()) {
      return false;
    }
    long tag = varint();
    if (tag >>> 3 == 0 || tag >>> 3 > 0x1FFFFFFF) { // no check(): this is called for each field
      throw new CorruptSegmentException("protobuf field number " + (tag >>> 3));
    }
    field = (int) (tag >>> 3);
    wireType = (int) (tag & 7);
    switch (wireType) {
      case VARINT -> scalar = varint();
      case FIXED64 -> {
        skip(Long.BYTES);
        scalar = bytes.getLong(start);
      }
      case FIXED32 -> {
        skip(Integer.BYTES);
        scalar = bytes.getInt(start);
      }
      case LENGTH_DELIMITED -> skip(varint());
      default -> throw new CorruptSegmentException("protobuf wire type " + wireType);
    }
    return true;
  }

  /** How many bytes come after the field that it is at. */
  public int left() {
    return bytes.remaining();
  }

  /** The fields after the one that it is at, not copied. */
  public ByteBuffer rest() {
    return bytes.slice();
  }

  /** Number of the field that it is at. */
  public int field() {
    return field;
  }

  /** The field's value, if it is a number. */
  public long number() throws CorruptSegmentException {
    check(wireType != LENGTH_DELIMITED, "protobuf field %d is no number", field);
    return scalar;
  }

  /** The field's bytes, little-endian, not copied. */
  public ByteBuffer payload() throws CorruptSegmentException {
    if (wireType != LENGTH_DELIMITED) {
      throw new CorruptSegmentException("protobuf field " + field + " has no bytes");
    }
    return bytes.slice(start, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The field's bytes as a message. */
  public ProtoReader message() throws CorruptSegmentException {
    return new ProtoReader(payload());
  }

  /** The message in the one field of this message, which nothing may follow. */
  ProtoReader only(int number) throws CorruptSegmentException {
    check(next() && field == number, "a message without a field %d", number);
    ProtoReader only = message();
    check(!next(), "a field %d after %d, where only one may be", field, number);
    return only;
  }

  /** The field's bytes as text. */
  public String string() throws CorruptSegmentException {
    return StandardCharsets.UTF_8.decode(payload()).toString();
  }

  /** Appends the field as it is to another message, also one that nobody here knows. */
  public void copyTo(ProtoWriter writer) {
    ByteBuffer fixed = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    fixed.putLong(0, scalar);
    switch (wireType) {
      case VARINT -> writer.number(field, scalar);
      case FIXED64 -> writer.fixed(field, FIXED64, fixed.array());
      case FIXED32 -> writer.fixed(field, FIXED32, Arrays.copyOf(fixed.array(), Integer.BYTES));
      default -> {
        byte[] value = new byte[length];
        bytes.get(start, value);
        writer.bytes(field, value);
      }
    }
  }

  /** A repeated varint field, packed or one element of it, appended to {@code to}. */
  void numbers(LongArray to) throws CorruptSegmentException {
    if (wireType != LENGTH_DELIMITED) {
      to.add(scalar);
      return;
    }
    ProtoReader packed = message();
    while (packed.bytes.hasRemaining()) {
      to.add(packed.varint());
    }
  }

  /** Leaves the field's bytes behind. */
  private void skip(long size) throws CorruptSegmentException {
    if (size < 0 || size > bytes.remaining()) {
      throw new CorruptSegmentException(
          "a protobuf field of " + size + " bytes where " + bytes.remaining() + " are left");
    }
    start = bytes.position();
    length = (int) size;
    bytes.position(start + length);
  }

  private long varint() throws CorruptSegmentException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (!bytes.hasRemaining()) {
        throw new CorruptSegmentException("a protobuf number is cut off");
      }
      byte next = bytes.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new CorruptSegmentException("a protobuf number of more than 64 bits");
  }
}
