package dev.freshet.lance.commit;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DetachedVersion;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.manifest.WritePath;
import dev.freshet.state.model.CommitOutcome;
import dev.freshet.state.model.CommitToken;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
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

  private final Clock clock;
  private final DatasetFiles files;

  /**
   * @param files the files of the dataset that is published to
   */
  public SegmentPublisher(Clock clock, DatasetFiles files) {
    this.clock = clock;
    this.files = files;
  }

  /**
   * Adds segments of one index and removes the replaced ones, in one new version.
   *
   * @param handle the version on which the decision to publish was made
   * @param segments at least one
   * @param replaced segments of the same index; what they cover of live fragments, the new ones
   *     must
   * @throws IllegalArgumentException if the coverage does not fit that version
   */
  public CommitOutcome publish(
      DatasetHandle handle,
      List<SegmentRegistration> segments,
      Set<UUID> replaced,
      CommitToken token) {
    Predicate<Index> removed = index -> replaced.contains(index.uuid());
    check(ManifestReader.read(handle, segments.get(0).index()), segments, replaced);
    try (Transaction transaction = transaction(handle, segments, removed, token)) {
      return CheckedCommit.execute(handle, files, transaction, replaced);
    }
  }

  /** Removes segments of an index; their fragments are uncovered from then on. */
  public CommitOutcome withdraw(DatasetHandle handle, String index, Set<UUID> segments) {
    CreateIndex operation =
        operation(handle, index, List.of(), one -> segments.contains(one.uuid()));
    try (Transaction transaction =
        new Transaction.Builder().readVersion(handle.version()).operation(operation).build()) {
      return CheckedCommit.execute(handle, files, transaction, uuids(operation));
    }
  }

  private static Set<UUID> uuids(CreateIndex operation) {
    return operation.getRemovedIndices().stream().map(Index::uuid).collect(Collectors.toSet());
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
      DatasetHandle handle, SegmentRegistration segment, Set<UUID> replaced, CommitToken token) {
    Predicate<Index> removed =
        index ->
            replaced.contains(index.uuid())
                || (!index.name().equals(segment.index())
                    && index.fields().contains(segment.field()));
    List<SegmentRegistration> segments = List.of(segment);
    check(ManifestReader.read(handle, segment.index()), segments, replaced);
    try (Transaction transaction = transaction(handle, segments, removed, token)) {
      return detached(handle, transaction, files, handle::beside);
    }
  }

  /**
   * The handle's version without the other indexes of a column, so that no query there is answered
   * by them; closing it removes it. Empty if there are none.
   */
  public Optional<DetachedVersion> withoutOthers(
      DatasetHandle handle, CommittedSegment segment, String index, int field) {
    List<Index> others =
        handle.indexes().stream()
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
      return Optional.of(detached(handle, transaction, files, handle::beside));
    }
  }

  /**
   * The handle's version with a segment, committed or not, as all there is of indexes over its
   * column, so that no query there is answered by anything else; closing it removes it.
   */
  public DetachedVersion alone(DatasetHandle handle, SegmentRegistration segment) {
    List<Index> entries =
        handle.indexes().stream().filter(one -> one.fields().contains(segment.field())).toList();
    List<Index> others =
        entries.stream().filter(one -> !one.uuid().equals(segment.uuid())).toList();
    boolean committed = others.size() < entries.size();
    CreateIndex operation =
        CreateIndex.builder()
            .withNewIndices(committed ? List.of() : List.of(index(handle, segment)))
            .withRemovedIndices(others)
            .build();
    try (Transaction transaction =
        new Transaction.Builder()
            .readVersion(handle.version())
            .operation(operation)
            .transactionProperties(new CommitToken(segment.index(), segment.uuid()).properties())
            .build()) {
      return detached(handle, transaction, files, handle::beside);
    }
  }

  /**
   * Commits to a version that no reader sees; closing it removes it.
   *
   * @param opened the handle of what was committed
   */
  static DetachedVersion detached(
      DatasetHandle handle,
      Transaction transaction,
      DatasetFiles files,
      Function<Dataset, DatasetHandle> opened) {
    Dataset detached = new CommitBuilder(handle.dataset()).detached(true).execute(transaction);
    return new DetachedVersion(
        opened.apply(detached),
        "_transactions/" + transaction.readVersion() + "-" + transaction.uuid() + ".txn",
        files);
  }

  private Transaction transaction(
      DatasetHandle handle,
      List<SegmentRegistration> segments,
      Predicate<Index> removed,
      CommitToken token) {
    CreateIndex operation =
        operation(
            handle,
            segments.get(0).index(),
            segments.stream().map(segment -> index(handle, segment)).toList(),
            removed);
    return new Transaction.Builder()
        .readVersion(handle.version())
        .operation(operation)
        .transactionProperties(token.properties())
        .build();
  }

  /**
   * What adds and removes entries. If the index loses some, it may cover less than before, so its
   * catch-up with a write path goes with them.
   */
  static CreateIndex operation(
      DatasetHandle handle, String index, List<Index> added, Predicate<Index> removed) {
    List<Index> fresh = new ArrayList<>(added);
    List<Index> gone = new ArrayList<>(handle.indexes().stream().filter(removed).toList());
    boolean loses = gone.stream().anyMatch(one -> one.name().equals(index));
    Optional<Index> system = WritePath.systemIndex(handle).filter(one -> loses);
    Optional<Index> changed = system.flatMap(one -> WritePath.withoutCatchUp(one, index));
    if (changed.isPresent()) {
      gone.add(system.orElseThrow());
      fresh.add(changed.get());
    }
    return CreateIndex.builder().withNewIndices(fresh).withRemovedIndices(gone).build();
  }

  private static void check(
      ManifestVersion manifest, List<SegmentRegistration> segments, Set<UUID> replaced) {
    Coverage taken =
        Coverage.union(
            manifest.index().segments().stream()
                .filter(committed -> !replaced.contains(committed.uuid()))
                .map(CommittedSegment::coverage));
    for (SegmentRegistration segment : segments) {
      check(manifest, segment, replaced, taken);
      taken = taken.union(segment.coverage());
    }
    Coverage lost = manifest.covered().minus(taken);
    require(lost.isEmpty(), segments.get(0), "would uncover " + lost, manifest);
  }

  /**
   * @param taken what segments cover that stay, or come with this one
   */
  private static void check(
      ManifestVersion manifest, SegmentRegistration segment, Set<UUID> replaced, Coverage taken) {
    Coverage gone = segment.coverage().minus(manifest.live());
    Set<UUID> known =
        manifest.index().segments().stream()
            .map(CommittedSegment::uuid)
            .collect(Collectors.toSet());
    require(!segment.coverage().isEmpty(), segment, "covers no fragment", manifest);
    require(gone.isEmpty(), segment, "covers fragments that are not there: " + gone, manifest);
    require(known.containsAll(replaced), segment, "replaces segments that are not there", manifest);
    require(!known.contains(segment.uuid()), segment, "is committed already", manifest);
    require(
        !taken.intersects(segment.coverage()),
        segment,
        "overlaps other segments in " + taken.intersect(segment.coverage()),
        manifest);
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
  public Index index(DatasetHandle handle, SegmentRegistration segment) {
    IndexType type = IndexType.valueOf(segment.type().name());
    return Index.builder()
        .uuid(segment.uuid())
        .fields(List.of(segment.field()))
        .name(segment.index())
        .datasetVersion(handle.version())
        .fragments(segment.coverage().toList())
        .indexDetails(segment.details())
        .indexVersion(segment.type().indexVersion())
        .indexType(type)
        .createdAt(clock.instant())
        .build();
  }
}
