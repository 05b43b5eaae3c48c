package dev.freshet.operators.publish;

import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.UnsearchableSegmentException;
import dev.freshet.operators.metrics.PublishMetrics;
import dev.freshet.state.model.CommitToken;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.vector.format.CorruptSegmentException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies segments, published or not. What cannot be read or searched is as wrong as what answers
 * wrongly.
 */
final class SegmentVerification {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentVerification.class);

  private final IndexSpec index;
  private final SegmentCheck check;
  private final PublishMetrics metrics;

  SegmentVerification(IndexSpec index, SegmentCheck check, PublishMetrics metrics) {
    this.index = index;
    this.check = check;
    this.metrics = metrics;
  }

  private interface Checking {
    Optional<String> objection() throws IOException;
  }

  /**
   * Whether a segment that is not published answers rightly, on a version that no reader sees.
   *
   * @param replaced segments that would be replaced by it
   * @param compared those of them that it must not fall behind
   */
  boolean isRight(
      DatasetHandle dataset, UnpublishedSegment segment, Set<UUID> replaced, Set<UUID> compared)
      throws IOException {
    long start = System.nanoTime();
    Optional<String> objection =
        orUnreadable(
            segment.uuid(),
            () -> check.objection(dataset, registration(dataset, segment), replaced, compared));
    objection.ifPresent(wrong -> LOG.error("Segment {}: {}", segment.uuid(), wrong));
    metrics.verified(objection.isEmpty(), millisSince(start));
    return objection.isEmpty();
  }

  /**
   * What is wrong with a committed segment, one line; empty if nothing is.
   *
   * @param dataset the version of the manifest
   * @param segment with the live fragments that it covers
   */
  Optional<String> damage(DatasetHandle dataset, ManifestVersion manifest, CommittedSegment segment)
      throws IOException {
    long start = System.nanoTime();
    try {
      return orUnreadable(segment.uuid(), () -> check.damage(dataset, manifest, segment));
    } finally {
      metrics.inspected(millisSince(start));
    }
  }

  /** What is wrong with entries that another writer may have made of rows that changed since. */
  Optional<String> wrongEntries(
      DatasetHandle dataset, ManifestVersion manifest, CommittedSegment segment)
      throws IOException {
    try {
      return check.wrongEntries(dataset, manifest, segment);
    } catch (UnsearchableSegmentException e) {
      LOG.warn("Segment {} cannot be searched", segment.uuid(), e);
      return Optional.of(e.getMessage());
    }
  }

  private static Optional<String> orUnreadable(UUID segment, Checking checking) throws IOException {
    try {
      return checking.objection();
    } catch (CorruptSegmentException | FileNotFoundException e) {
      LOG.warn("Segment {} cannot be read", segment, e);
      return Optional.of("it cannot be read: " + e.getMessage());
    } catch (UnsearchableSegmentException e) {
      LOG.warn("Segment {} cannot be searched", segment, e);
      return Optional.of(e.getMessage());
    }
  }

  private static long millisSince(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }

  /** What the manifest is told of the segment. */
  SegmentRegistration registration(DatasetHandle dataset, UnpublishedSegment segment) {
    SegmentPlan plan = segment.plan();
    return new SegmentRegistration(
        plan.uuid(),
        index.name(),
        dataset.field(index.column()),
        plan.coverage(),
        index.type(),
        segment.details());
  }

  /** What the segment's transaction says of its origin. */
  CommitToken token(UnpublishedSegment segment) {
    return new CommitToken(index.name(), segment.uuid());
  }
}
