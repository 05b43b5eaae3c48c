package dev.freshet.lance.manifest;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.dataset.LanceErrors;
import dev.freshet.lance.dataset.MissingDatasetException;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** What the transactions of the versions that are still there say of their origin. */
public final class TransactionHistory {

  /**
   * The transaction that made a version.
   *
   * @param properties empty if it has none, or a writer did not keep it
   */
  public record Entry(long version, Instant committedAt, Map<String, String> properties) {
    public Entry {
      Objects.requireNonNull(committedAt, "committedAt");
      properties = Map.copyOf(properties);
    }
  }

  private TransactionHistory() {}

  /**
   * Looks back, from the open version to the one after {@code after}, for the latest that matches.
   *
   * @param files the files of the same dataset
   * @throws MissingDatasetException if none matches and versions in between were cleaned up
   */
  public static Optional<Entry> findBack(
      DatasetHandle handle, DatasetFiles files, long after, Predicate<Entry> matches) {
    for (long version = handle.version(); version > after; version--) {
      Entry entry = entry(handle.location(), files, version);
      if (matches.test(entry)) {
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }

  private static Entry entry(DatasetLocation location, DatasetFiles files, long version) {
    ManifestFile manifest = ManifestFile.of(location, files, version);
    try {
      return new Entry(
          version,
          manifest.committedAt(),
          manifest.transaction(files).map(StoredTransaction::properties).orElse(Map.of()));
    } catch (IOException e) {
      throw LanceErrors.notOpened(location, Optional.of(version), e);
    }
  }
}
