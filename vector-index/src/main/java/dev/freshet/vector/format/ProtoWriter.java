package dev.freshet.vector.format;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes one protobuf message, field by field. */
public final class ProtoWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Appends a number. */
  public ProtoWriter number(int field, long value) {
    varint((long) field << 3);
    varint(value);
    return this;
  }

  /** Appends a field of bytes. */
  public ProtoWriter bytes(int field, byte[] value) {
    varint(((long) field << 3) | 2);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  /** Appends a field of text. */
  public ProtoWriter string(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Appends a message. */
  public ProtoWriter message(int field, ProtoWriter value) {
    return bytes(field, value.toByteArray());
  }

  ProtoWriter packed(int field, long[] values) {
    ProtoWriter packed = new ProtoWriter();
    for (long value : values) {
      packed.varint(value);
    }
    return message(field, packed);
  }

  /** The message so far. */
  public byte[] toByteArray() {
    return out.toByteArray();
  }

  /** Appends a fixed-width field, little-endian. */
  ProtoWriter fixed(int field, int wireType, byte[] value) {
    varint(((long) field << 3) | wireType);
    out.writeBytes(value);
    return this;
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
