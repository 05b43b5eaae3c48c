package dev.freshet.state.simulation;

import dev.freshet.state.model.CommitOutcome;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.state.protocol.PublishEvents;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Counts what the publisher tells, and looks at what it has published. */
final class SimulatedReport implements PublishEvents {

  private final SimulatedIndexTable table;
  private final Map<String, Integer> events;
  long rowsPublished;

  SimulatedReport(SimulatedIndexTable table, Map<String, Integer> events) {
    this.table = table;
    this.events = events;
  }

  @Override
  public void attempted() {
    count("attempts");
  }

  @Override
  public void replanned(SegmentPlan plan) {
    count("replanned");
  }

  @Override
  public void rebuilt(SegmentPlan plan) {
    count("rebuilt");
  }

  @Override
  public void abandoned(SegmentPlan plan, String reason) {
    count("abandoned");
  }

  @Override
  public void published(UnpublishedSegment segment, long version, Set<UUID> removed) {
    count("published");
    rowsPublished +=
        segment.plan().shards().stream().mapToLong(shard -> shard.rows().encoded()).sum();
    if (table.alone) {
      EntryInvariants invariants =
          new EntryInvariants(table.dataset.at(version), table.dataset.store);
      invariants.eachRowHasOneEntry(segment.plan().coverage());
      invariants.holdsNothingOfOthers(segment.committed());
    }
  }

  @Override
  public void lost(SegmentPlan plan, IOException cause) {
    count("lost");
  }

  @Override
  public void purged(Set<UUID> worn, List<UnpublishedSegment> successors, long version) {
    count("purged");
  }

  @Override
  public void conflicted(Set<UUID> segments, CommitOutcome outcome) {
    count("conflicts");
  }

  @Override
  public void withdrawn(Set<UUID> segments, long version, String reason) {
    count("withdrawn");
  }

  @Override
  public void rechecked(UUID segment) {
    count("rechecked");
  }

  @Override
  public void leftAlone(UUID segment) {
    throw new AssertionError("All formats are known here, that of " + segment + " too");
  }

  @Override
  public void notCompacted(Coverage fragments, String reason) {
    count("not compacted");
  }

  @Override
  public void rewriteLost(Coverage fragments, List<String> files) {
    count("rewrite lost");
  }

  @Override
  public void compactionInDoubt(Coverage fragments) {
    throw new AssertionError("Each swap of " + fragments + " ends in time here");
  }

  @Override
  public void unmappable(Set<UUID> segments) {
    count("unmappable");
  }

  private void count(String event) {
    events.merge(event, 1, Integer::sum);
  }
}
