package dev.freshet.lance.manifest;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.dataset.LanceErrors;
import dev.freshet.lance.dataset.MissingDatasetException;
import dev.freshet.vector.format.ProtoReader;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A manifest as its file holds it, read in Java: Lance's own calls leave out the indexes that this
 * Lance cannot read, and end the process at some transactions.
 *
 * <p>The file ends with the position of the manifest's message, 4 bytes of format version and 4 of
 * magic; messages in it come after their length.
 *
 * @param indexes all entries, in the order of the file
 * @param dataFiles names of the fragments' data files
 * @param deletionFiles names of the fragments' deletion files, without their endings
 * @param writerFlags features that a writer of the dataset must know
 * @param storageVersion Lance's format of new data files, such as {@code 2.1}; blank in old
 *     datasets
 * @param transactionFile name of the transaction's file; blank if it has none
 * @param inlineTransaction the transaction, if the manifest holds it
 */
public record ManifestFile(
    Instant committedAt,
    List<StoredIndex> indexes,
    List<String> dataFiles,
    List<String> deletionFiles,
    long writerFlags,
    String storageVersion,
    String transactionFile,
    Optional<StoredTransaction> inlineTransaction) {

  /** The directory of a dataset, or of a branch, that holds its manifests. */
  static final String DIRECTORY = "_versions";

  private static final int FOOTER_BYTES = 16;

  /** The bytes {@code LANC}. */
  private static final int MAGIC = 0x434E414C;

  public ManifestFile {
    indexes = List.copyOf(indexes);
    dataFiles = List.copyOf(dataFiles);
    deletionFiles = List.copyOf(deletionFiles);
  }

  /**
   * Reads the manifest of a version of the main line, or of a detached one, which is negative.
   *
   * @throws DatasetException if it cannot be read; a {@link MissingDatasetException} if it is gone
   */
  public static ManifestFile of(DatasetLocation location, DatasetFiles files, long version) {
    try {
      return parse(bytes(files, version));
    } catch (IOException | RuntimeException e) {
      throw LanceErrors.notOpened(location, Optional.of(version), e);
    }
  }

  /** Old datasets name manifests by the version, others so that the newest is listed first. */
  private static byte[] bytes(DatasetFiles files, long version) throws IOException {
    if (version < 0) {
      return files.read(DIRECTORY + "/d" + Long.toUnsignedString(version) + ".manifest");
    }
    try {
      return files.read(DIRECTORY + "/" + Long.toUnsignedString(-1 - version) + ".manifest");
    } catch (FileNotFoundException e) {
      return files.read(DIRECTORY + "/" + version + ".manifest");
    }
  }

  /**
   * Parses a file.
   *
   * @throws IOException if it is cut off or malformed
   */
  public static ManifestFile parse(byte[] bytes) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (file.limit() < FOOTER_BYTES || file.getInt(file.limit() - Integer.BYTES) != MAGIC) {
      throw new EOFException("A manifest of " + file.limit() + " bytes is cut off");
    }
    ProtoReader manifest = message(file, file.getLong(file.limit() - FOOTER_BYTES));
    Instant committedAt = Instant.EPOCH;
    List<StoredIndex> indexes = List.of();
    List<String> dataFiles = new ArrayList<>();
    List<String> deletionFiles = new ArrayList<>();
    long writerFlags = 0;
    String storageVersion = "";
    String transactionFile = "";
    Optional<StoredTransaction> transaction = Optional.empty();
    while (manifest.next()) {
      switch (manifest.field()) {
        case 2 -> addFiles(manifest.message(), dataFiles, deletionFiles);
        case 6 -> indexes = indexes(message(file, manifest.number()));
        case 7 -> committedAt = instant(manifest.message());
        case 10 -> writerFlags = manifest.number();
        case 12 -> transactionFile = manifest.string();
        case 15 -> storageVersion = storageVersion(manifest.message());
        case 21 ->
            transaction = Optional.of(StoredTransaction.parse(message(file, manifest.number())));
        default -> {} // of no interest here
      }
    }
    return new ManifestFile(
        committedAt,
        indexes,
        dataFiles,
        deletionFiles,
        writerFlags,
        storageVersion,
        transactionFile,
        transaction);
  }

  /**
   * The transaction that made the version; empty if the writer did not keep it.
   *
   * @param files the files of the same dataset, for a transaction that is a file of its own
   */
  public Optional<StoredTransaction> transaction(DatasetFiles files) throws IOException {
    return inlineTransaction.isPresent() || transactionFile.isEmpty()
        ? inlineTransaction
        : Optional.of(
            StoredTransaction.parse(
                new ProtoReader(files.read("_transactions/" + transactionFile))));
  }

  private static ProtoReader message(ByteBuffer file, long position) throws IOException {
    if (position < 0 || position > file.limit() - Integer.BYTES) {
      throw new EOFException("A manifest of " + file.limit() + " bytes points to " + position);
    }
    int start = (int) position + Integer.BYTES;
    int length = file.getInt((int) position);
    if (length < 0 || length > file.limit() - start) {
      throw new EOFException("A manifest of " + file.limit() + " bytes is cut off");
    }
    byte[] message = new byte[length];
    file.get(start, message);
    return new ProtoReader(message);
  }

  private static List<StoredIndex> indexes(ProtoReader section) throws IOException {
    List<StoredIndex> indexes = new ArrayList<>();
    while (section.next()) {
      if (section.field() == 1) {
        indexes.add(StoredIndex.parse(section.message()));
      }
    }
    return indexes;
  }

  /**
   * Of a {@code DataFragment}: field 1 is its id, 2 a {@code DataFile}, whose field 1 is its name,
   * and 3 its {@code DeletionFile}.
   */
  private static void addFiles(ProtoReader fragment, List<String> data, List<String> deletions)
      throws IOException {
    long id = 0;
    Optional<ProtoReader> deletionFile = Optional.empty();
    while (fragment.next()) {
      switch (fragment.field()) {
        case 1 -> id = fragment.number();
        case 2 -> addName(fragment.message(), data);
        case 3 -> deletionFile = Optional.of(fragment.message());
        default -> {} // of no interest here
      }
    }
    if (deletionFile.isPresent()) {
      deletions.add(deletionFile(id, deletionFile.get()));
    }
  }

  private static void addName(ProtoReader file, List<String> names) throws IOException {
    while (file.next()) {
      if (file.field() == 1) {
        names.add(file.string());
      }
    }
  }

  private static String deletionFile(long fragment, ProtoReader file) throws IOException {
    long readVersion = 0;
    long id = 0;
    while (file.next()) {
      switch (file.field()) {
        case 2 -> readVersion = file.number();
        case 3 -> id = file.number();
        default -> {} // its kind, and how many rows it names
      }
    }
    return deletionFile(fragment, readVersion, id);
  }

  /** Name of a deletion file, without its ending. */
  static String deletionFile(long fragment, long readVersion, long id) {
    return fragment + "-" + readVersion + "-" + Long.toUnsignedString(id);
  }

  private static String storageVersion(ProtoReader format) throws IOException {
    String version = "";
    while (format.next()) {
      if (format.field() == 2) {
        version = format.string();
      }
    }
    return version;
  }

  private static Instant instant(ProtoReader timestamp) throws IOException {
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
