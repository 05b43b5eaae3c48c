package dev.freshet.operators.publish;

import dev.freshet.operators.metrics.PublishMetrics;
import dev.freshet.state.model.CommitOutcome;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.state.protocol.PublishEvents;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs what becomes of segments and compactions of one index. */
record PublishReport(String index, PublishMetrics metrics) implements PublishEvents {

  private static final Logger LOG = LoggerFactory.getLogger(PublishReport.class);

  @Override
  public void attempted() {
    metrics.attempt();
  }

  @Override
  public void replanned(SegmentPlan plan) {
    metrics.replanned();
    LOG.info("Segment {} over {} is built again, as some of it is stale", plan.uuid(), index);
  }

  @Override
  public void rebuilt(SegmentPlan plan) {
    LOG.warn("Segment {} over {} is rebuilt from its fragments", plan.uuid(), plan.coverage());
  }

  @Override
  public void abandoned(SegmentPlan plan, String reason) {
    metrics.abandoned();
    LOG.info("Segment {} of index {} is not published: {}", plan.uuid(), index, reason);
  }

  @Override
  public void published(UnpublishedSegment segment, long version, Set<UUID> removed) {
    metrics.published(segment.built());
    LOG.info(
        "Published segment {} of {} rows over fragments {} in version {}, replacing {}",
        segment.uuid(),
        segment.built().rows(),
        segment.plan().coverage(),
        version,
        removed.size());
  }

  @Override
  public void lost(SegmentPlan plan, IOException cause) {
    metrics.abandoned();
    LOG.error("Segment {} of index {} is not published", plan.uuid(), index, cause);
  }

  @Override
  public void purged(Set<UUID> worn, List<UnpublishedSegment> successors, long version) {
    successors.forEach(successor -> metrics.published(successor.built()));
    LOG.info(
        "Rewrote segments {} of index {} without the entries that their rows have left, in version"
            + " {}: {}",
        worn,
        index,
        version,
        successors.stream().map(UnpublishedSegment::uuid).toList());
  }

  @Override
  public void conflicted(Set<UUID> segments, CommitOutcome outcome) {
    metrics.conflict();
    LOG.info("Segments {} of index {} are decided again: {}", segments, index, outcome);
  }

  @Override
  public void withdrawn(Set<UUID> segments, long version, String reason) {
    metrics.withdrawn(segments.size());
    LOG.error(
        "Segments {} of index {} were withdrawn in version {}, their fragments are indexed anew:"
            + " {}",
        segments,
        index,
        version,
        reason);
  }

  @Override
  public void rechecked(UUID segment) {
    metrics.rechecked();
  }

  @Override
  public void leftAlone(UUID segment) {
    LOG.warn("Segment {} of index {} is left as it is: its file format is unknown", segment, index);
  }

  @Override
  public void notCompacted(Coverage fragments, String reason) {
    LOG.info("Fragments {} are not compacted: {}", fragments, reason);
  }

  @Override
  public void rewriteLost(Coverage fragments, List<String> files) {
    LOG.error(
        "Fragments {} are not compacted, as {} of the rewritten files are gone or so old that they"
            + " may be collected as garbage, {} the first: discovery proposes them again",
        fragments,
        files.size(),
        files.get(0));
  }

  @Override
  public void compactionInDoubt(Coverage fragments) {
    LOG.warn(
        "The compaction of fragments {} has lost against other writers again and again, and goes on"
            + " trying beside what is published",
        fragments);
  }

  @Override
  public void unmappable(Set<UUID> segments) {
    LOG.info("Withdrew {} segments that no remap survives", segments.size());
  }
}
