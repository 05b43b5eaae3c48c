package dev.freshet.state.serde;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/** Writes the primitives of the format. */
public final class BinaryWriter {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /**
   * A number from 0 to {@link Long#MAX_VALUE} as a varint of 1 to 9 bytes.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public void writeNumber(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("Only numbers from 0 are written, not " + number);
    }
    long rest = number;
    while (rest > 0x7f) {
      out.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  /** The number of bytes, then the text in UTF-8. */
  public void writeText(String text) {
    writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The number of bytes, then the bytes. */
  public void writeBytes(byte[] bytes) {
    writeNumber(bytes.length);
    out.writeBytes(bytes);
  }

  /** Any number in 8 bytes, the most significant first. */
  public void writeLong(long number) {
    out.writeBytes(ByteBuffer.allocate(8).putLong(number).array());
  }

  /** 16 bytes, the most significant first. */
  public void writeUuid(UUID uuid) {
    writeLong(uuid.getMostSignificantBits());
    writeLong(uuid.getLeastSignificantBits());
  }

  /** Seconds since 1970 in 8 bytes, the most significant first, then nanoseconds. */
  public void writeInstant(Instant instant) {
    writeLong(instant.getEpochSecond());
    writeNumber(instant.getNano());
  }

  public byte[] toBytes() {
    return out.toByteArray();
  }
}
