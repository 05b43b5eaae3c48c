package dev.freshet.operators.publish;

import dev.freshet.lance.commit.CompactionHarm;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.MissingDatasetException;
import dev.freshet.lance.manifest.StaleCoverage;
import dev.freshet.state.model.CommitOutcome;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.EntryState;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.state.protocol.TableVersion;
import dev.freshet.vector.format.UnknownFormatException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One version of a dataset, as the publisher needs it. */
record LanceTableVersion(PublishContext context, DatasetHandle dataset, ManifestVersion manifest)
    implements TableVersion {

  private static final Logger LOG = LoggerFactory.getLogger(LanceTableVersion.class);

  /** A version with its manifest; closed if that cannot be used. */
  static LanceTableVersion of(
      PublishContext context, DatasetHandle dataset, Unreadable.Reading<ManifestVersion> manifest)
      throws IOException {
    try {
      return new LanceTableVersion(context, dataset, manifest.read());
    } catch (IOException | RuntimeException e) {
      dataset.close();
      throw e;
    }
  }

  @Override
  public boolean stableRowIds() {
    return dataset.stableRowIds();
  }

  @Override
  public int field() {
    return fieldIn(dataset);
  }

  private int fieldIn(DatasetHandle version) {
    return version.field(context.options().index().column());
  }

  /**
   * The files of a fragment stay the same when columns swap names, or one is dropped and added
   * without values.
   */
  @Override
  public boolean isOfAnotherColumn(SegmentPlan plan) {
    int now = field();
    return plan.shards().stream()
        .mapToLong(SealedShard::version)
        .filter(version -> version != dataset.version())
        .distinct()
        .anyMatch(version -> fieldAt(version).orElse(now) != now);
  }

  /** Empty if the version was cleaned up. */
  private OptionalInt fieldAt(long version) {
    try {
      return OptionalInt.of(fieldIn(context.versions().at(version)));
    } catch (MissingDatasetException e) {
      return OptionalInt.empty();
    }
  }

  @Override
  public EntryState entries(CommittedSegment segment) throws IOException {
    return Unreadable.unless(
        () -> {
          try {
            return context.entries().state(dataset, manifest, segment);
          } catch (UnknownFormatException e) {
            LOG.warn("Nothing is known of a segment's format: {}", e.getMessage());
            return EntryState.UNKNOWN;
          }
        });
  }

  @Override
  public List<CommittedSegment> holding(List<CommittedSegment> segments, Coverage fragments)
      throws IOException {
    return context.entries().holding(dataset, segments, fragments);
  }

  @Override
  public boolean hasDead(UUID segment, Coverage fragments) throws IOException {
    return Unreadable.unless(() -> context.entries().hasDead(dataset, segment, fragments));
  }

  @Override
  public Coverage stale(CommittedSegment segment) {
    return StaleCoverage.of(dataset, context.index(), segment, field());
  }

  @Override
  public Optional<String> damage(CommittedSegment segment) throws IOException {
    return context.verification().damage(dataset, manifest, segment);
  }

  @Override
  public Optional<String> wrongEntries(CommittedSegment segment) throws IOException {
    return Unreadable.unless(() -> context.verification().wrongEntries(dataset, manifest, segment));
  }

  @Override
  public boolean answers(UnpublishedSegment segment, Set<UUID> replaced, Set<UUID> compared)
      throws IOException {
    return context.verification().isRight(dataset, segment, replaced, compared);
  }

  @Override
  public UnpublishedSegment build(SegmentPlan plan) throws IOException {
    return Unreadable.unless(() -> context.builder().build(dataset, plan));
  }

  @Override
  public UnpublishedSegment rebuild(SegmentPlan plan) throws IOException {
    return Unreadable.unless(() -> context.rebuilder().rebuild(dataset, plan));
  }

  @Override
  public CommitOutcome publish(List<UnpublishedSegment> segments, Set<UUID> replaced) {
    List<SegmentRegistration> registrations =
        segments.stream()
            .map(segment -> context.verification().registration(dataset, segment))
            .toList();
    CommitOutcome outcome =
        context
            .publisher()
            .publish(
                dataset, registrations, replaced, context.verification().token(segments.get(0)));
    if (outcome instanceof CommitOutcome.Committed) {
      segments.forEach(segment -> context.foreign().trust(segment.uuid()));
    }
    return outcome;
  }

  @Override
  public CommitOutcome withdraw(Set<UUID> segments) {
    return context.publisher().withdraw(dataset, context.index(), segments);
  }

  @Override
  public Optional<String> compactionHarm(Coverage fragments) throws IOException {
    return CompactionHarm.of(dataset, context.index(), fragments);
  }

  @Override
  public void close() {
    dataset.close();
  }
}
