package dev.freshet.operators.publish;

import dev.freshet.lance.commit.SegmentPublisher;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DetachedVersion;
import dev.freshet.lance.dataset.UnsearchableSegmentException;
import dev.freshet.lance.verify.SegmentVerifier;
import dev.freshet.lance.verify.Verification;
import dev.freshet.operators.metrics.PublishMetrics;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.CommitToken;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.SegmentReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queries a segment that is not published, on a detached version that no reader sees, and compares
 * it with those that it would replace.
 */
final class SegmentVerification {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentVerification.class);

  private final StreamOptions options;
  private final PublishMetrics metrics;
  private final IndexStorage storage;
  private final SegmentPublisher publisher;
  private final ReplacementCheck replacement;

  SegmentVerification(
      StreamOptions options,
      IndexStorage storage,
      SegmentPublisher publisher,
      PublishMetrics metrics) {
    this.options = options;
    this.publisher = publisher;
    this.metrics = metrics;
    this.storage = storage;
    this.replacement = new ReplacementCheck(options, publisher);
  }

  /**
   * Whether a segment finds its rows.
   *
   * @param replaced segments that would be replaced by it
   * @param compared those of them that it must not fall behind
   */
  boolean isRight(
      DatasetHandle dataset, UnpublishedSegment segment, Set<UUID> replaced, Set<UUID> compared)
      throws IOException {
    long start = System.nanoTime();
    UUID uuid = segment.uuid();
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
      UnpublishedSegment segment,
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
  SegmentRegistration registration(DatasetHandle dataset, UnpublishedSegment segment) {
    SegmentPlan plan = segment.plan();
    return new SegmentRegistration(
        plan.uuid(),
        options.index().name(),
        dataset.column(options.index().column()),
        plan.coverage(),
        options.index().type(),
        segment.details());
  }

  /** What the segment's transaction says of its origin. */
  CommitToken token(UnpublishedSegment segment) {
    return new CommitToken(options.index().name(), segment.uuid());
  }
}
