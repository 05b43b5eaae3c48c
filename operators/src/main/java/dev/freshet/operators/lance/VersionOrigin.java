package dev.freshet.operators.lance;

import dev.freshet.vector.format.ProtoReader;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * How a version came about, from the file of its manifest.
 *
 * <p>The file ends with the position of the manifest's message, 4 bytes of format version and 4 of
 * magic; messages in it come after their length. The transaction is one of them, or a file of its
 * own.
 *
 * @param transaction empty if the writer did not keep it
 */
record VersionOrigin(Instant committedAt, Optional<StoredTransaction> transaction) {

  private static final int FOOTER_BYTES = 16;

  /** The bytes {@code LANC}. */
  private static final int MAGIC = 0x434E414C;

  private static final int TIMESTAMP = 7;
  private static final int TRANSACTION_FILE = 12;
  private static final int TRANSACTION_SECTION = 21;
  private static final int SECONDS = 1;
  private static final int NANOS = 2;

  VersionOrigin {
    Objects.requireNonNull(committedAt, "committedAt");
    Objects.requireNonNull(transaction, "transaction");
  }

  /**
   * Reads the manifest of a version that is not detached.
   *
   * @throws DatasetException if it cannot be read; a {@link MissingDatasetException} if it is gone
   */
  static VersionOrigin of(DatasetLocation location, DatasetFiles files, long version) {
    try {
      return parse(manifest(files, version), files);
    } catch (IOException | RuntimeException e) {
      throw LanceErrors.notOpened(location, Optional.of(version), e);
    }
  }

  /** Old datasets name manifests by the version, others so that the newest is listed first. */
  private static ByteBuffer manifest(DatasetFiles files, long version) throws IOException {
    byte[] bytes;
    try {
      bytes = files.read("_versions/" + Long.toUnsignedString(-1 - version) + ".manifest");
    } catch (FileNotFoundException e) {
      bytes = files.read("_versions/" + version + ".manifest");
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The manifest's message.
   *
   * @param file its file, little-endian
   */
  static ProtoReader message(ByteBuffer file) throws EOFException {
    if (file.limit() < FOOTER_BYTES || file.getInt(file.limit() - Integer.BYTES) != MAGIC) {
      throw new EOFException("A manifest of " + file.limit() + " bytes is cut off");
    }
    return message(file, file.getLong(file.limit() - FOOTER_BYTES));
  }

  private static VersionOrigin parse(ByteBuffer file, DatasetFiles files) throws IOException {
    ProtoReader manifest = message(file);
    Instant committedAt = Instant.EPOCH;
    Optional<Long> section = Optional.empty();
    String transactionFile = "";
    while (manifest.next()) {
      switch (manifest.field()) {
        case TIMESTAMP -> committedAt = instant(manifest.message());
        case TRANSACTION_FILE -> transactionFile = manifest.string();
        case TRANSACTION_SECTION -> section = Optional.of(manifest.number());
        default -> {} // of no interest here
      }
    }
    Optional<ProtoReader> transaction =
        section.isPresent()
            ? Optional.of(message(file, section.get()))
            : stored(transactionFile, files);
    return new VersionOrigin(
        committedAt,
        transaction.isPresent()
            ? Optional.of(StoredTransaction.parse(transaction.get()))
            : Optional.empty());
  }

  private static Optional<ProtoReader> stored(String file, DatasetFiles files) throws IOException {
    return file.isEmpty()
        ? Optional.empty()
        : Optional.of(new ProtoReader(files.read("_transactions/" + file)));
  }

  private static ProtoReader message(ByteBuffer file, long position) throws EOFException {
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

  private static Instant instant(ProtoReader timestamp) throws IOException {
    long seconds = 0;
    long nanos = 0;
    while (timestamp.next()) {
      switch (timestamp.field()) {
        case SECONDS -> seconds = timestamp.number();
        case NANOS -> nanos = timestamp.number();
        default -> {} // there is none
      }
    }
    return Instant.ofEpochSecond(seconds, nanos);
  }
}
