package dev.freshet.lance.write;

import dev.freshet.state.serde.VersionedSerializer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes fragments that wait for their commit, for state and the wire. */
public final class WrittenFragmentsSerializer implements VersionedSerializer<WrittenFragments> {

  /** The first format. */
  public static final int VERSION = 1;

  @Override
  public int version() {
    return VERSION;
  }

  @Override
  public byte[] serialize(WrittenFragments fragments) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      FragmentMetadataFormat.writeAll(fragments.metadata(), out);
    } catch (IOException e) {
      throw new UncheckedIOException("Memory does not fail to be written", e);
    }
    return bytes.toByteArray();
  }

  /**
   * The fragments of bytes that {@link #serialize} wrote.
   *
   * @throws IOException if the version is unknown, or the bytes are too few or too many
   */
  @Override
  public WrittenFragments deserialize(int version, byte[] bytes) throws IOException {
    if (version != VERSION) {
      throw new IOException("Unknown version " + version + " of written fragments");
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    WrittenFragments fragments = read(in);
    if (in.available() > 0) {
      throw new IOException(in.available() + " bytes after written fragments");
    }
    return fragments;
  }

  private static WrittenFragments read(DataInputStream in) throws IOException {
    try {
      return new WrittenFragments(FragmentMetadataFormat.readAll(in));
    } catch (IllegalArgumentException e) {
      throw new IOException("Cannot read written fragments: " + e.getMessage(), e);
    }
  }
}
