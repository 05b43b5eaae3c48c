package dev.freshet.lance.write;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lance.FragmentMetadata;
import org.lance.fragment.DataFile;
import org.lance.fragment.DeletionFile;
import org.lance.fragment.DeletionFileType;
import org.lance.fragment.RowIdMeta;
import org.lance.fragment.VersionMeta;

/**
 * Lance's fragment metadata as bytes.
 *
 * <p>Whatever Lance leaves out is null in its classes; here a boolean comes before it.
 */
public final class FragmentMetadataFormat {

  private FragmentMetadataFormat() {}

  private interface Writer<T> {
    void write(T value) throws IOException;
  }

  private interface Reader<T> {
    T read() throws IOException;
  }

  public static void writeAll(List<FragmentMetadata> fragments, DataOutputStream out)
      throws IOException {
    out.writeInt(fragments.size());
    for (FragmentMetadata fragment : fragments) {
      write(fragment, out);
    }
  }

  public static List<FragmentMetadata> readAll(DataInputStream in) throws IOException {
    List<FragmentMetadata> fragments = new ArrayList<>();
    for (int left = length(in); left > 0; left--) {
      fragments.add(read(in));
    }
    return fragments;
  }

  private static void write(FragmentMetadata fragment, DataOutputStream out) throws IOException {
    out.writeInt(fragment.getId());
    out.writeLong(fragment.getPhysicalRows());
    out.writeInt(fragment.getFiles().size());
    for (DataFile file : fragment.getFiles()) {
      writeFile(file, out);
    }
    optional(out, fragment.getDeletionFile(), file -> writeDeletions(file, out));
    optional(out, fragment.getRowIdMeta(), meta -> text(out, meta.getMetadata()));
    optional(out, fragment.getCreatedAtVersionMeta(), meta -> text(out, meta.getMetadata()));
    optional(out, fragment.getLastUpdatedAtVersionMeta(), meta -> text(out, meta.getMetadata()));
  }

  private static FragmentMetadata read(DataInputStream in) throws IOException {
    int id = in.readInt();
    long physicalRows = in.readLong();
    List<DataFile> files = new ArrayList<>();
    for (int left = length(in); left > 0; left--) {
      files.add(readFile(in));
    }
    return new FragmentMetadata(
        id,
        files,
        physicalRows,
        optional(in, () -> readDeletions(in)).orElse(null),
        optional(in, () -> new RowIdMeta(text(in))).orElse(null),
        optional(in, () -> new VersionMeta(text(in))).orElse(null),
        optional(in, () -> new VersionMeta(text(in))).orElse(null));
  }

  private static void writeFile(DataFile file, DataOutputStream out) throws IOException {
    text(out, file.getPath());
    ints(out, file.getFields());
    ints(out, file.getColumnIndices());
    out.writeInt(file.getFileMajorVersion());
    out.writeInt(file.getFileMinorVersion());
    optional(out, file.getFileSizeBytes(), out::writeLong);
    optional(out, file.getBaseId().orElse(null), out::writeInt);
  }

  private static DataFile readFile(DataInputStream in) throws IOException {
    return new DataFile(
        text(in),
        ints(in),
        ints(in),
        in.readInt(),
        in.readInt(),
        optional(in, in::readLong).orElse(null),
        optional(in, in::readInt).orElse(null));
  }

  private static void writeDeletions(DeletionFile file, DataOutputStream out) throws IOException {
    out.writeLong(file.getId());
    out.writeLong(file.getReadVersion());
    optional(out, file.getNumDeletedRows(), out::writeLong);
    text(out, file.getFileType().name());
    optional(out, file.getBaseId().orElse(null), out::writeInt);
  }

  private static DeletionFile readDeletions(DataInputStream in) throws IOException {
    return new DeletionFile(
        in.readLong(),
        in.readLong(),
        optional(in, in::readLong).orElse(null),
        DeletionFileType.valueOf(text(in)),
        optional(in, in::readInt).orElse(null));
  }

  private static <T> void optional(DataOutputStream out, T value, Writer<T> writer)
      throws IOException {
    out.writeBoolean(value != null);
    if (value != null) {
      writer.write(value);
    }
  }

  private static <T> Optional<T> optional(DataInputStream in, Reader<T> reader) throws IOException {
    return in.readBoolean() ? Optional.of(reader.read()) : Optional.empty();
  }

  private static void ints(DataOutputStream out, int[] values) throws IOException {
    out.writeInt(values.length);
    for (int value : values) {
      out.writeInt(value);
    }
  }

  private static int[] ints(DataInputStream in) throws IOException {
    int[] values = new int[length(in)];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readInt();
    }
    return values;
  }

  /** Not {@code writeUTF}: row id metadata may be longer than its 64 KiB. */
  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(length(in)), StandardCharsets.UTF_8);
  }

  /** A length that the remaining bytes can hold, so that damage allocates nothing. */
  public static int length(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new EOFException("A length of " + length + ", but " + in.available() + " bytes left");
    }
    return length;
  }
}
