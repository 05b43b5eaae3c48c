package dev.freshet.lance.commit;

import dev.freshet.lance.write.FragmentMetadataFormat;
import dev.freshet.state.serde.VersionedSerializer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.lance.compaction.CompactionMetrics;

/** Writes compaction results for state and the wire. */
public final class CompactionResultSerializer implements VersionedSerializer<CompactionResult> {

  /** The first format. */
  public static final int VERSION = 1;

  @Override
  public int version() {
    return VERSION;
  }

  @Override
  public byte[] serialize(CompactionResult result) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write(result, out);
    } catch (IOException e) {
      throw new UncheckedIOException("Memory does not fail to be written", e);
    }
    return bytes.toByteArray();
  }

  private static void write(CompactionResult result, DataOutputStream out) throws IOException {
    out.writeLong(result.version());
    out.writeLong(result.targetRows());
    FragmentMetadataFormat.writeAll(result.original(), out);
    FragmentMetadataFormat.writeAll(result.rewritten(), out);
    out.writeLong(result.metrics().getFragmentsRemoved());
    out.writeLong(result.metrics().getFragmentsAdded());
    out.writeLong(result.metrics().getFilesRemoved());
    out.writeLong(result.metrics().getFilesAdded());
    out.writeBoolean(result.rowAddresses().isPresent());
    if (result.rowAddresses().isPresent()) {
      out.writeInt(result.rowAddresses().get().length);
      out.write(result.rowAddresses().get());
    }
  }

  /**
   * The result of bytes that {@link #serialize} wrote.
   *
   * @throws IOException if the version is unknown, or the bytes are too few or too many
   */
  @Override
  public CompactionResult deserialize(int version, byte[] bytes) throws IOException {
    if (version != VERSION) {
      throw new IOException("Unknown version " + version + " of a compaction result");
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    CompactionResult result = read(in);
    if (in.available() > 0) {
      throw new IOException(in.available() + " bytes after a compaction result");
    }
    return result;
  }

  private static CompactionResult read(DataInputStream in) throws IOException {
    try {
      return new CompactionResult(
          in.readLong(),
          in.readLong(),
          FragmentMetadataFormat.readAll(in),
          FragmentMetadataFormat.readAll(in),
          new CompactionMetrics(in.readLong(), in.readLong(), in.readLong(), in.readLong()),
          in.readBoolean() ? Optional.of(block(in)) : Optional.empty());
    } catch (IllegalArgumentException e) {
      throw new IOException("Cannot read a compaction result: " + e.getMessage(), e);
    }
  }

  private static byte[] block(DataInputStream in) throws IOException {
    return in.readNBytes(FragmentMetadataFormat.length(in));
  }
}
