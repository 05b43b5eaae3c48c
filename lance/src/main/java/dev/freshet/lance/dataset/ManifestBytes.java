package dev.freshet.lance.dataset;

import dev.freshet.vector.format.ProtoReader;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/**
 * The file of a manifest. It ends with the position of the manifest's message, 4 bytes of format
 * version and 4 of magic; messages in it come after their length.
 */
public final class ManifestBytes {

  /** The directory of a dataset, or of a branch, that holds its manifests. */
  public static final String DIRECTORY = "_versions";

  private static final int FOOTER_BYTES = 16;

  /** The bytes {@code LANC}. */
  private static final int MAGIC = 0x434E414C;

  private final ByteBuffer file;

  public ManifestBytes(byte[] bytes) {
    file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Reads the file of a version of the main line, or of a detached one, which is negative. Old
   * datasets name manifests by the version, others so that the newest is listed first.
   */
  public static ManifestBytes of(DatasetFiles files, long version) throws IOException {
    if (version < 0) {
      return new ManifestBytes(
          files.read(DIRECTORY + "/d" + Long.toUnsignedString(version) + ".manifest"));
    }
    byte[] bytes;
    try {
      bytes = files.read(DIRECTORY + "/" + Long.toUnsignedString(-1 - version) + ".manifest");
    } catch (FileNotFoundException e) {
      bytes = files.read(DIRECTORY + "/" + version + ".manifest");
    }
    return new ManifestBytes(bytes);
  }

  /**
   * The manifest's message.
   *
   * @throws IOException if the file is cut off or malformed
   */
  public ProtoReader manifest() throws IOException {
    if (file.limit() < FOOTER_BYTES || file.getInt(file.limit() - Integer.BYTES) != MAGIC) {
      throw new EOFException("A manifest of " + file.limit() + " bytes is cut off");
    }
    return message(file.getLong(file.limit() - FOOTER_BYTES));
  }

  /**
   * Another message in the file.
   *
   * @throws IOException if the file is cut off or malformed
   */
  public ProtoReader message(long position) throws IOException {
    if (position < 0 || position > file.limit() - Integer.BYTES) {
      throw new EOFException("A manifest of " + file.limit() + " bytes points to " + position);
    }
    int start = (int) position + Integer.BYTES;
    int length = file.getInt((int) position);
    if (length < 0 || length > file.limit() - start) {
      throw new EOFException("A manifest of " + file.limit() + " bytes is cut off");
    }
    return new ProtoReader(file.slice(start, length));
  }

  /** Of a {@code Timestamp}. */
  public static Instant instant(ProtoReader timestamp) throws IOException {
    long seconds = 0;
    long nanos = 0;
    while (timestamp.next()) {
      switch (timestamp.field()) {
        case 1 -> seconds = timestamp.number();
        case 2 -> nanos = timestamp.number();
        default -> {} // there is none
      }
    }
    return Instant.ofEpochSecond(seconds, nanos);
  }
}
