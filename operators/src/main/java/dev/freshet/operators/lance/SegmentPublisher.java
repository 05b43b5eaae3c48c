package dev.freshet.operators.lance;

import dev.freshet.state.model.CommitToken;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.lance.CommitBuilder;
import org.lance.Dataset;
import org.lance.Transaction;
import org.lance.index.Index;
import org.lance.index.IndexType;
import org.lance.operation.CreateIndex;

/**
 * Commits segments to the manifest; the one place that decides with which of Lance's calls.
 *
 * <p>It is the {@code CreateIndex} transaction and never {@code commitExistingIndexSegments}, which
 * checks more, because only a transaction
 *
 * <ul>
 *   <li>carries properties, so that a replay finds what it committed already;
 *   <li>names the version its author looked at, so that a compaction in between is a conflict, not
 *       a segment over fragments that are gone;
 *   <li>can be committed to a detached version first, unchanged, to be verified there.
 * </ul>
 *
 * <p>Lance does not check the coverage of a raw transaction: two segments of one index over the
 * same fragment abort the process, and a fragment that is not there is accepted. Both are refused
 * here, against the very version that the transaction names.
 */
public final class SegmentPublisher {

  /**
   * How often Lance tries to get its manifest in before others. It sleeps between two tries, for up
   * to 4 times a commit's time first and twice as long each next time, while writers that begin do
   * not wait at all: with its default of 20 tries a commit beside seven writers slept for half a
   * minute. Here the author decides again instead.
   */
  private static final int TRIES = 3;

  private static final int INDEX_VERSION = 1;
  private static final int RQ_INDEX_VERSION = 2;

  private final Clock clock;

  public SegmentPublisher(Clock clock) {
    this.clock = clock;
  }

  /**
   * Adds the segment and removes the replaced ones, in one new version.
   *
   * @param handle the version on which the decision to publish was made
   * @param replaced segments of the same index; what they cover of live fragments, the new one must
   * @throws IllegalArgumentException if the coverage does not fit that version
   */
  public CommitOutcome publish(
      DatasetHandle handle, SegmentRegistration segment, Set<UUID> replaced, CommitToken token) {
    Predicate<Index> removed = index -> replaced.contains(index.uuid());
    check(ManifestReader.read(handle, segment.index()), segment, replaced);
    try (Transaction transaction = transaction(handle, segment, removed, token)) {
      return execute(handle, transaction);
    }
  }

  /** Removes segments of an index; their fragments are uncovered from then on. */
  public CommitOutcome withdraw(DatasetHandle handle, String index, Set<UUID> segments) {
    CreateIndex operation =
        CreateIndex.builder()
            .withNewIndices(List.of())
            .withRemovedIndices(
                ManifestReader.segments(handle, index).stream()
                    .filter(segment -> segments.contains(segment.uuid()))
                    .toList())
            .build();
    try (Transaction transaction =
        new Transaction.Builder().readVersion(handle.version()).operation(operation).build()) {
      return execute(handle, transaction);
    }
  }

  /** Commits a transaction; that another writer was faster is no error. */
  static CommitOutcome execute(DatasetHandle handle, Transaction transaction) {
    try (Dataset committed =
        new CommitBuilder(handle.dataset()).maxRetries(TRIES).execute(transaction)) {
      return new CommitOutcome.Committed(committed.version());
    } catch (RuntimeException e) {
      if (LanceErrors.isConflict(e)) {
        return new CommitOutcome.Conflict(LanceErrors.oneLine(e));
      }
      throw e;
    }
  }

  /**
   * The same commit to a version that no reader sees; closing it removes it.
   *
   * <p>One thing differs: other indexes of the column are left out of it, so that no query there is
   * answered by them.
   *
   * @throws IllegalArgumentException if the coverage does not fit the handle's version
   */
  public DetachedVersion detach(
      DatasetHandle handle,
      SegmentRegistration segment,
      Set<UUID> replaced,
      CommitToken token,
      DatasetFiles files) {
    Predicate<Index> removed =
        index ->
            replaced.contains(index.uuid())
                || (!index.name().equals(segment.index())
                    && index.fields().contains(segment.column().field()));
    check(ManifestReader.read(handle, segment.index()), segment, replaced);
    try (Transaction transaction = transaction(handle, segment, removed, token)) {
      return detached(handle, transaction, files);
    }
  }

  /**
   * The handle's version without the other indexes of a column, so that no query there is answered
   * by them; closing it removes it. Empty if there are none.
   */
  public Optional<DetachedVersion> withoutOthers(
      DatasetHandle handle, CommittedSegment segment, String index, int field, DatasetFiles files) {
    List<Index> others =
        handle.dataset().getIndexes().stream()
            .filter(one -> !one.name().equals(index) && one.fields().contains(field))
            .toList();
    if (others.isEmpty()) {
      return Optional.empty();
    }
    CreateIndex operation =
        CreateIndex.builder().withNewIndices(List.of()).withRemovedIndices(others).build();
    try (Transaction transaction =
        new Transaction.Builder()
            .readVersion(handle.version())
            .operation(operation)
            .transactionProperties(new CommitToken(index, segment.uuid()).properties())
            .build()) {
      return Optional.of(detached(handle, transaction, files));
    }
  }

  /** Commits to a version that no reader sees; closing it removes it. */
  static DetachedVersion detached(
      DatasetHandle handle, Transaction transaction, DatasetFiles files) {
    Dataset detached = new CommitBuilder(handle.dataset()).detached(true).execute(transaction);
    return new DetachedVersion(
        new DatasetHandle(handle.location(), detached),
        "_transactions/" + transaction.readVersion() + "-" + transaction.uuid() + ".txn",
        files);
  }

  private Transaction transaction(
      DatasetHandle handle,
      SegmentRegistration segment,
      Predicate<Index> removed,
      CommitToken token) {
    CreateIndex operation =
        CreateIndex.builder()
            .withNewIndices(List.of(index(handle, segment)))
            .withRemovedIndices(handle.dataset().getIndexes().stream().filter(removed).toList())
            .build();
    return new Transaction.Builder()
        .readVersion(handle.version())
        .operation(operation)
        .transactionProperties(token.properties())
        .build();
  }

  private static void check(
      ManifestVersion manifest, SegmentRegistration segment, Set<UUID> replaced) {
    Coverage gone = segment.coverage().minus(manifest.live());
    List<CommittedSegment> segments = manifest.index().segments();
    Set<UUID> known = segments.stream().map(CommittedSegment::uuid).collect(Collectors.toSet());
    Coverage kept =
        Coverage.union(
            segments.stream()
                .filter(committed -> !replaced.contains(committed.uuid()))
                .map(CommittedSegment::coverage));
    Coverage lost = manifest.covered().minus(kept).minus(segment.coverage());
    require(gone.isEmpty(), segment, "covers fragments that are not there: " + gone, manifest);
    require(known.containsAll(replaced), segment, "replaces segments that are not there", manifest);
    require(!known.contains(segment.uuid()), segment, "is committed already", manifest);
    require(
        !kept.intersects(segment.coverage()),
        segment,
        "overlaps committed segments in " + kept.intersect(segment.coverage()),
        manifest);
    require(lost.isEmpty(), segment, "would uncover " + lost, manifest);
  }

  private static void require(
      boolean holds, SegmentRegistration segment, String what, ManifestVersion manifest) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Segment "
              + segment.uuid()
              + " of index '"
              + segment.index()
              + "' "
              + what
              + " at version "
              + manifest.version()
              + ": decide again from the fresh manifest");
    }
  }

  /** The segment as Lance wants it described. */
  Index index(DatasetHandle handle, SegmentRegistration segment) {
    IndexType type = IndexType.valueOf(segment.type().name());
    return Index.builder()
        .uuid(segment.uuid())
        .fields(List.of(segment.column().field()))
        .name(segment.index())
        .datasetVersion(handle.version())
        .fragments(segment.coverage().toList())
        .indexDetails(segment.details())
        .indexVersion(type == IndexType.IVF_RQ ? RQ_INDEX_VERSION : INDEX_VERSION)
        .indexType(type)
        .createdAt(clock.instant())
        .build();
  }
}
