package dev.freshet.lance.manifest;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.dataset.LanceErrors;
import dev.freshet.lance.dataset.ManifestBytes;
import dev.freshet.lance.dataset.MissingDatasetException;
import dev.freshet.vector.format.ProtoReader;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A manifest as its file holds it, read in Java: Lance's own calls leave out the indexes that this
 * Lance cannot read, and end the process at some transactions.
 *
 * @param indexes all entries, in the order of the file
 * @param writerFlags features that a writer of the dataset must know
 * @param storageVersion Lance's format of new data files, such as {@code 2.1}; blank in old
 *     datasets
 * @param transactionFile name of the transaction's file; blank if it has none
 * @param inlineTransaction the transaction, if the manifest holds it
 */
public record ManifestFile(
    Instant committedAt,
    List<StoredIndex> indexes,
    long writerFlags,
    String storageVersion,
    String transactionFile,
    Optional<StoredTransaction> inlineTransaction) {

  public ManifestFile {
    indexes = List.copyOf(indexes);
  }

  /**
   * Reads the manifest of a version of the main line, or of a detached one, which is negative.
   *
   * @throws DatasetException if it cannot be read; a {@link MissingDatasetException} if it is gone
   */
  public static ManifestFile of(DatasetLocation location, DatasetFiles files, long version) {
    try {
      return parse(ManifestBytes.of(files, version));
    } catch (IOException | RuntimeException e) {
      throw LanceErrors.notOpened(location, Optional.of(version), e);
    }
  }

  /**
   * Parses a file.
   *
   * @throws IOException if it is cut off or malformed
   */
  public static ManifestFile parse(byte[] bytes) throws IOException {
    return parse(new ManifestBytes(bytes));
  }

  private static ManifestFile parse(ManifestBytes file) throws IOException {
    ProtoReader manifest = file.manifest();
    Instant committedAt = Instant.EPOCH;
    List<StoredIndex> indexes = List.of();
    long writerFlags = 0;
    String storageVersion = "";
    String transactionFile = "";
    Optional<StoredTransaction> transaction = Optional.empty();
    while (manifest.next()) {
      switch (manifest.field()) {
        case 6 -> indexes = indexes(file.message(manifest.number()));
        case 7 -> committedAt = ManifestBytes.instant(manifest.message());
        case 10 -> writerFlags = manifest.number();
        case 12 -> transactionFile = manifest.string();
        case 15 -> storageVersion = storageVersion(manifest.message());
        case 21 ->
            transaction = Optional.of(StoredTransaction.parse(file.message(manifest.number())));
        default -> {} // of no interest here
      }
    }
    return new ManifestFile(
        committedAt, indexes, writerFlags, storageVersion, transactionFile, transaction);
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

  private static List<StoredIndex> indexes(ProtoReader section) throws IOException {
    List<StoredIndex> indexes = new ArrayList<>();
    while (section.next()) {
      if (section.field() == 1) {
        indexes.add(StoredIndex.parse(section.message()));
      }
    }
    return indexes;
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
}
