package dev.freshet.state.serde;

import java.io.IOException;
import java.util.Arrays;

/** Turns values into bytes of a numbered format, and bytes of any released format into values. */
public interface VersionedSerializer<T> {

  /** The version that {@link #serialize} writes, 1 to 127. */
  int version();

  /** The value's bytes, without the version. */
  byte[] serialize(T value);

  /**
   * The value of bytes that {@link #serialize} wrote at that version.
   *
   * @throws IOException if the version is unknown, or the bytes are not exactly one valid value
   */
  T deserialize(int version, byte[] bytes) throws IOException;

  /** The value's bytes behind one byte with the version. */
  default byte[] toBytes(T value) {
    byte[] body = serialize(value);
    byte[] bytes = new byte[body.length + 1];
    bytes[0] = (byte) version();
    System.arraycopy(body, 0, bytes, 1, body.length);
    return bytes;
  }

  /**
   * The value of bytes that {@link #toBytes} wrote.
   *
   * @throws IOException as {@link #deserialize} does
   */
  default T fromBytes(byte[] bytes) throws IOException {
    if (bytes.length == 0) {
      throw new IOException("Nothing to read: not even a version");
    }
    return deserialize(bytes[0], Arrays.copyOfRange(bytes, 1, bytes.length));
  }
}
