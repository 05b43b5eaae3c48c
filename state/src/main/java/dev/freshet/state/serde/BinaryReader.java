package dev.freshet.state.serde;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/** Reads what {@link BinaryWriter} wrote, and allocates no more than the bytes that are there. */
public final class BinaryReader {

  private final ByteBuffer in;

  public BinaryReader(byte[] bytes) {
    this.in = ByteBuffer.wrap(bytes);
  }

  /**
   * A number from 0 to {@link Long#MAX_VALUE}.
   *
   * @throws IOException if there is none, or it is larger
   */
  public long readNumber() throws IOException {
    long number = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      long next = need(1).get();
      number |= (next & 0x7f) << shift;
      if (next >= 0) {
        return number;
      }
    }
    throw new IOException("A number before byte " + in.position() + " is too large");
  }

  /**
   * A number that fits an int.
   *
   * @throws IOException if there is none, or it is larger
   */
  public int readInt() throws IOException {
    long number = readNumber();
    if (number > Integer.MAX_VALUE) {
      throw new IOException(number + " before byte " + in.position() + " is not an int");
    }
    return (int) number;
  }

  /**
   * The number of elements that follow, of at least 1 byte each.
   *
   * @throws IOException if there cannot be so many
   */
  public int readCount() throws IOException {
    int count = readInt();
    need(count);
    return count;
  }

  public String readText() throws IOException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(readBytes())).toString();
  }

  public byte[] readBytes() throws IOException {
    byte[] bytes = new byte[readCount()];
    in.get(bytes);
    return bytes;
  }

  public long readLong() throws IOException {
    return need(8).getLong();
  }

  public UUID readUuid() throws IOException {
    return new UUID(readLong(), readLong());
  }

  public Instant readInstant() throws IOException {
    return Instant.ofEpochSecond(readLong(), readInt());
  }

  /**
   * To be called behind the last field.
   *
   * @throws IOException if bytes are left
   */
  public void end() throws IOException {
    if (in.hasRemaining()) {
      throw new IOException(
          in.remaining() + " bytes follow behind the end at byte " + in.position());
    }
  }

  private ByteBuffer need(int bytes) throws EOFException {
    if (in.remaining() < bytes) {
      throw new EOFException(
          "At byte "
              + in.position()
              + " of "
              + in.limit()
              + " at least "
              + bytes
              + " more are needed");
    }
    return in;
  }
}
