package dev.freshet.operators.publish;

import dev.freshet.operators.build.SegmentBuilder;
import dev.freshet.operators.build.UnreadableInputException;
import dev.freshet.operators.lance.CommitOutcome;
import dev.freshet.operators.lance.DatasetHandle;
import dev.freshet.operators.lance.DatasetVersions;
import dev.freshet.operators.lance.ManifestReader;
import dev.freshet.operators.lance.SegmentPublisher;
import dev.freshet.operators.lance.SegmentRegistration;
import dev.freshet.operators.metrics.PublishMetrics;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.train.ForeignSegments;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.planning.PublishDecision;
import dev.freshet.vector.format.CorruptSegmentException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Clock;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes one segment: decide by the fresh manifest, verify, commit; again if another writer was
 * faster, at most {@link #MAX_ATTEMPTS} times.
 *
 * <p>It is verified once, as the decision sees to it that its fragments are still what they were. A
 * verification takes longer than another writer needs for a commit, so that one before each attempt
 * would lose again and again.
 */
final class SegmentCommitter {

  static final int MAX_ATTEMPTS = 20;

  private static final Logger LOG = LoggerFactory.getLogger(SegmentCommitter.class);

  private final StreamOptions options;
  private final DatasetVersions versions;
  private final PublishMetrics metrics;
  private final SegmentBuilder builder;
  private final VerificationGate gate;
  private final VerifiedSegments known;
  private final ForeignSegments foreign;
  private final SegmentPublisher publisher = new SegmentPublisher(Clock.systemUTC());

  SegmentCommitter(
      StreamOptions options,
      DatasetVersions versions,
      SegmentBuilder builder,
      VerificationGate gate,
      VerifiedSegments known,
      ForeignSegments foreign,
      PublishMetrics metrics) {
    this.options = options;
    this.versions = versions;
    this.builder = builder;
    this.gate = gate;
    this.known = known;
    this.foreign = foreign;
    this.metrics = metrics;
  }

  /**
   * Publishes the segment, or finds that there is nothing left to publish. One that must be built
   * again and cannot, as what it is made of is gone, is left: discovery finds its fragments
   * uncovered.
   *
   * @throws IOException if the segment is wrong even when rebuilt, or storage fails
   */
  void commit(Publication.Segment built) throws IOException {
    try {
      publish(built);
    } catch (FileNotFoundException | CorruptSegmentException | UnreadableInputException e) {
      metrics.left();
      LOG.error("Segment {} is not published", built.built().plan().uuid(), e);
    }
  }

  private void publish(Publication.Segment built) throws IOException {
    Publication.Segment segment = built;
    boolean verified = false;
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      metrics.attempt();
      try (DatasetHandle dataset = versions.latest()) {
        ManifestVersion manifest = ManifestReader.read(dataset, options.index().name());
        foreign.refuse(manifest.index());
        PublishDecision decision =
            PublishDecision.of(segment.built().plan(), manifest, UUID::randomUUID);
        if (decision instanceof PublishDecision.Replan replan) {
          metrics.replanned();
          segment = builder.build(replan.plan());
          verified = false;
        } else if (decision instanceof PublishDecision.Publish publish) {
          segment = verified ? segment : gate.verified(dataset, segment, uuids(publish));
          verified = true;
          if (publish(dataset, segment, uuids(publish))) {
            return;
          }
        } else {
          leave(segment, decision);
          return;
        }
      }
    }
    throw new IOException(
        "Segment "
            + segment.built().plan().uuid()
            + " of index "
            + options.index().name()
            + " lost against other writers "
            + MAX_ATTEMPTS
            + " times");
  }

  private static Set<UUID> uuids(PublishDecision.Publish publish) {
    return publish.replaced().stream().map(CommittedSegment::uuid).collect(Collectors.toSet());
  }

  private boolean publish(DatasetHandle dataset, Publication.Segment segment, Set<UUID> replaced) {
    SegmentRegistration registration = gate.registration(dataset, segment);
    CommitOutcome outcome = publisher.publish(dataset, registration, replaced, gate.token(segment));
    if (outcome instanceof CommitOutcome.Committed committed) {
      metrics.published(segment.built());
      known.add(registration.uuid(), registration.coverage());
      foreign.trust(registration.uuid());
      LOG.info(
          "Published segment {} of {} rows over fragments {} in version {}, replacing {}",
          registration.uuid(),
          segment.built().rows(),
          registration.coverage(),
          committed.version(),
          replaced.size());
      return true;
    }
    metrics.conflict();
    LOG.info("Segment {} is decided again: {}", registration.uuid(), outcome);
    return false;
  }

  private void leave(Publication.Segment segment, PublishDecision decision) {
    metrics.left();
    LOG.info("Segment {} is not published: {}", segment.built().plan().uuid(), decision);
  }
}
