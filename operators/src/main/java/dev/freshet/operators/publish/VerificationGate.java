package dev.freshet.operators.publish;

import dev.freshet.lance.commit.SegmentPublisher;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DetachedVersion;
import dev.freshet.lance.dataset.UnsearchableSegmentException;
import dev.freshet.lance.verify.SegmentVerifier;
import dev.freshet.lance.verify.Verification;
import dev.freshet.operators.assemble.SegmentRebuilder;
import dev.freshet.operators.metrics.PublishMetrics;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.wire.Publication;
import dev.freshet.state.garbage.GarbageKind;
import dev.freshet.state.garbage.GarbagePolicy;
import dev.freshet.state.model.CommitToken;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.SegmentReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets nothing through that was not queried, nor what answers worse than the segments that it
 * replaces, nor what is about to be garbage, as after a restore from an old savepoint: a segment
 * that fails is rebuilt from its fragments, as often as its type is worth it, and if that fails
 * too, the job stops.
 */
final class VerificationGate {

  private static final Logger LOG = LoggerFactory.getLogger(VerificationGate.class);

  private final StreamOptions options;
  private final SegmentRebuilder rebuilder;
  private final PublishMetrics metrics;
  private final IndexStorage storage;
  private final DatasetFiles files;
  private final SegmentPublisher publisher;
  private final ReplacementCheck replacement;

  VerificationGate(
      StreamOptions options,
      IndexStorage storage,
      DatasetFiles files,
      SegmentRebuilder rebuilder,
      SegmentPublisher publisher,
      PublishMetrics metrics) {
    this.options = options;
    this.publisher = publisher;
    this.rebuilder = rebuilder;
    this.metrics = metrics;
    this.storage = storage;
    this.files = files;
    this.replacement = new ReplacementCheck(options, publisher);
  }

  /**
   * The segment, or the one that was rebuilt in its place.
   *
   * @param replaced segments that are replaced by it
   * @throws SuppressRestartsException if the rebuilt one is wrong too: the job ends, as trying
   *     again would not help
   */
  Publication.Segment verified(
      DatasetHandle dataset, Publication.Segment segment, Set<UUID> replaced) throws IOException {
    return verified(dataset, segment, replaced, replaced);
  }

  /**
   * The same for what takes the place of a worn segment, whose answers are no measure: a graph over
   * many rows that are masked answers by brute force.
   */
  Publication.Segment successor(
      DatasetHandle dataset, Publication.Segment segment, CommittedSegment worn)
      throws IOException {
    return verified(dataset, segment, Set.of(worn.uuid()), Set.of());
  }

  /**
   * @param compared those of the replaced segments that it must not fall behind
   */
  private Publication.Segment verified(
      DatasetHandle dataset, Publication.Segment segment, Set<UUID> replaced, Set<UUID> compared)
      throws IOException {
    SegmentPlan plan = segment.built().plan();
    if (!isAlmostGarbage(plan.uuid()) && isRight(dataset, segment, replaced, compared)) {
      return segment;
    }
    for (int rebuild = 0; rebuild < options.index().type().traits().rebuilds(); rebuild++) {
      Publication.Segment rebuilt = rebuilt(dataset, plan);
      if (isRight(dataset, rebuilt, replaced, compared)) {
        return rebuilt;
      }
    }
    throw new SuppressRestartsException(
        new IOException(
            "Segment "
                + plan.uuid()
                + " of index "
                + options.index().name()
                + " over fragments "
                + plan.coverage()
                + " does not find its own rows, or less than the segments it replaces, even when"
                + " rebuilt: nothing was published"));
  }

  /** The segment of a plan, built from its fragments instead of the plan's inputs. */
  Publication.Segment rebuilt(DatasetHandle dataset, SegmentPlan plan) throws IOException {
    LOG.warn("Segment {} over {} is rebuilt from its fragments", plan.uuid(), plan.coverage());
    return rebuilder.rebuild(dataset, plan);
  }

  /** Whether a collection of garbage might take the segment away while it is published. */
  private boolean isAlmostGarbage(UUID segment) throws IOException {
    Instant now = Instant.now();
    boolean old =
        files.list("_indices/" + segment).stream()
            .map(DatasetFiles.Entry::modified)
            .max(Instant::compareTo)
            .filter(time -> !GarbagePolicy.DEFAULT.mayPublish(GarbageKind.SEGMENT, time, now))
            .isPresent();
    if (old) {
      LOG.warn("Segment {} is so old that it may be collected as garbage", segment);
    }
    return old;
  }

  private boolean isRight(
      DatasetHandle dataset, Publication.Segment segment, Set<UUID> replaced, Set<UUID> compared)
      throws IOException {
    long start = System.nanoTime();
    UUID uuid = segment.built().plan().uuid();
    boolean right;
    try {
      SegmentReader reader = SegmentReader.open(storage, uuid);
      right =
          reader.rows() == 0
              ? verifier(uuid)
                  .nothingToFind(dataset, registration(dataset, segment), options.index().metric())
              : findsItsRows(dataset, segment, replaced, compared, reader.model().partitions());
    } catch (CorruptSegmentException | FileNotFoundException | UnsearchableSegmentException e) {
      LOG.error("Segment {} cannot be read", uuid, e);
      right = false;
    }
    metrics.verified(right, (System.nanoTime() - start) / 1_000_000);
    return right;
  }

  private boolean findsItsRows(
      DatasetHandle dataset,
      Publication.Segment segment,
      Set<UUID> replaced,
      Set<UUID> compared,
      int partitions)
      throws IOException {
    SegmentRegistration registration = registration(dataset, segment);
    CommitToken token = token(segment);
    try (DetachedVersion detached = publisher.detach(dataset, registration, replaced, token)) {
      Verification found =
          verifier(registration.uuid())
              .verify(detached.handle(), registration, options.index().metric(), partitions);
      boolean passes = found.passes(options.index().type().traits().allowedMisses());
      if (!passes) {
        LOG.error(
            "Segment {}: {} of {} rows did not find themselves",
            registration.uuid(),
            found.failed(),
            found.checked());
      }
      return passes
          && replacement.holds(dataset, detached.handle(), registration, compared, partitions);
    }
  }

  private SegmentVerifier verifier(UUID segment) {
    return new SegmentVerifier(options.verifySamples(), segment.getLeastSignificantBits());
  }

  /** What the manifest is told of the segment. */
  SegmentRegistration registration(DatasetHandle dataset, Publication.Segment segment) {
    SegmentPlan plan = segment.built().plan();
    return new SegmentRegistration(
        plan.uuid(),
        options.index().name(),
        dataset.column(options.index().column()),
        plan.coverage(),
        options.index().type(),
        segment.details());
  }

  /** The same for several. */
  List<SegmentRegistration> registrations(
      DatasetHandle dataset, List<Publication.Segment> segments) {
    return segments.stream().map(segment -> registration(dataset, segment)).toList();
  }

  /** What the segment's transaction says of its origin. */
  CommitToken token(Publication.Segment segment) {
    return new CommitToken(options.index().name(), segment.built().plan().uuid());
  }
}
