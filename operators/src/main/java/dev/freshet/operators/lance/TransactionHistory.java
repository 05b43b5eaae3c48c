package dev.freshet.operators.lance;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.lance.Dataset;
import org.lance.Transaction;

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
   * @throws MissingDatasetException if none matches and versions in between were cleaned up
   */
  public static Optional<Entry> findBack(
      DatasetHandle handle, long after, Predicate<Entry> matches) {
    for (long version = handle.version(); version > after; version--) {
      Entry entry = entry(handle, version);
      if (matches.test(entry)) {
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }

  private static Entry entry(DatasetHandle handle, long version) {
    try (Dataset past = handle.dataset().checkoutVersion(version)) {
      return new Entry(version, past.getVersion().getDataTime().toInstant(), properties(past));
    } catch (RuntimeException e) {
      throw LanceErrors.notOpened(handle.location(), Optional.of(version), e);
    }
  }

  /** Empty also if Lance cannot give it to Java; compactions carry no properties of ours. */
  private static Map<String, String> properties(Dataset version) {
    try {
      return version.readTransaction().flatMap(Transaction::transactionProperties).orElse(Map.of());
    } catch (RuntimeException e) {
      if (LanceErrors.isUnreadableRewrite(e)) {
        return Map.of();
      }
      throw e;
    }
  }
}
