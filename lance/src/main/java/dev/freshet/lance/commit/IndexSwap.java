package dev.freshet.lance.commit;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.state.model.CommitOutcome;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.planning.PublishDecision;
import java.io.IOException;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lance.Transaction;
import org.lance.index.Index;

/**
 * Puts the successor of an index, which was built beside it over the same column, in its place: one
 * commit gives the successor's segments the index's name and removes the segments that it had. No
 * file is written or copied.
 *
 * <p>The entries stay what they were but for the name. What they cover of fragments that are gone
 * stays, too: Lance masks entries by it. So does the version they were built on, which tells later
 * whether a column was rewritten since.
 */
public final class IndexSwap {

  static final int MAX_ATTEMPTS = 20;

  /** What became of a swap. */
  public sealed interface Outcome {

    /**
     * It is in the manifest.
     *
     * @param withdrawn segments that went right after, as another writer had rewritten fragments of
     *     theirs in place just before: those are not covered
     */
    record Swapped(long version, Set<UUID> withdrawn) implements Outcome {
      public Swapped {
        withdrawn = Set.copyOf(withdrawn);
      }
    }

    /**
     * Nothing was committed: the successor must go on first.
     *
     * @param reason one line
     */
    record NotReady(String reason) implements Outcome {}
  }

  private final String index;
  private final DatasetFiles files;
  private final SegmentPublisher publisher;
  private final SuccessorCheck check;

  /**
   * @param index name of the index that is replaced
   * @param files the files of the dataset
   */
  public IndexSwap(String index, DatasetFiles files, SuccessorCheck check) {
    this.index = index;
    this.files = files;
    this.publisher = new SegmentPublisher(Clock.systemUTC(), files);
    this.check = check;
  }

  /**
   * Swaps, if the successor covers what the index covers; again if another writer was faster.
   *
   * @throws DatasetException if the index is gone, or is another one by now
   * @throws IOException if storage fails, or other writers win every time
   */
  public Outcome swap(DatasetVersions versions) throws IOException {
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      try (DatasetHandle handle = versions.latest()) {
        ManifestVersion successor = ManifestReader.read(handle, SuccessorName.of(index));
        Optional<String> open = check.open(handle, ManifestReader.read(handle, index), successor);
        if (open.isPresent()) {
          return new Outcome.NotReady(open.get());
        }
        if (commit(handle) instanceof CommitOutcome.Committed committed) {
          return new Outcome.Swapped(
              committed.version(), withdrawn(versions, successor, committed.version()));
        }
      }
    }
    throw lost("The new model of index " + index + " lost");
  }

  /**
   * Removes the successor; whether there was one.
   *
   * @throws IOException if other writers win every time
   */
  public boolean discard(DatasetVersions versions) throws IOException {
    String successor = SuccessorName.of(index);
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      try (DatasetHandle handle = versions.latest()) {
        Set<UUID> segments = uuids(ManifestReader.segments(handle, successor));
        if (segments.isEmpty()) {
          return false;
        }
        if (publisher.withdraw(handle, successor, segments) instanceof CommitOutcome.Committed) {
          return true;
        }
      }
    }
    throw lost("The removal of index " + successor + " lost");
  }

  /** The commit alone, as the handle's version was found ready for it. */
  CommitOutcome commit(DatasetHandle handle) {
    List<Index> gone = ManifestReader.segments(handle, index);
    List<Index> successor = ManifestReader.segments(handle, SuccessorName.of(index));
    Set<UUID> removed = uuids(Stream.concat(gone.stream(), successor.stream()).toList());
    List<Index> renamed = successor.stream().map(this::renamed).toList();
    try (Transaction transaction =
        new Transaction.Builder()
            .readVersion(handle.version())
            .operation(
                SegmentPublisher.operation(
                    handle, index, renamed, one -> removed.contains(one.uuid())))
            .build()) {
      return CheckedCommit.execute(handle, files, transaction, removed);
    }
  }

  private Index renamed(Index segment) {
    Index.Builder renamed =
        Index.builder()
            .uuid(segment.uuid())
            .fields(segment.fields())
            .name(index)
            .datasetVersion(segment.datasetVersion())
            .fragments(segment.fragments().orElseThrow())
            .indexDetails(segment.indexDetails().orElseThrow())
            .indexVersion(segment.indexVersion())
            .indexType(segment.indexType());
    segment.createdAt().ifPresent(renamed::createdAt);
    return renamed.build();
  }

  /**
   * Withdraws what covers fragments that were rewritten in place between the decision and the
   * commit, which Lance accepts.
   */
  private Set<UUID> withdrawn(DatasetVersions versions, ManifestVersion decided, long committed)
      throws IOException {
    if (committed == decided.version() + 1) {
      return Set.of();
    }
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      try (DatasetHandle handle = versions.latest()) {
        ManifestVersion now = ManifestReader.read(handle, index);
        Set<UUID> stale = new HashSet<>();
        decided.index().segments().stream()
            .map(segment -> segment.uuid())
            .filter(uuid -> !PublishDecision.rewritten(uuid, decided.fingerprints(), now).isEmpty())
            .forEach(stale::add);
        if (stale.isEmpty()
            || publisher.withdraw(handle, index, stale) instanceof CommitOutcome.Committed) {
          return stale;
        }
      }
    }
    throw lost("The withdrawal of what was rewritten under the new model of " + index + " lost");
  }

  private static Set<UUID> uuids(List<Index> segments) {
    return segments.stream().map(Index::uuid).collect(Collectors.toSet());
  }

  private static IOException lost(String what) {
    return new IOException(what + " against other writers " + MAX_ATTEMPTS + " times");
  }
}
