package dev.freshet.state.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.CommitOutcome;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.EntryState;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.state.planning.PublishDecision;
import dev.freshet.state.protocol.TableVersion;
import dev.freshet.state.protocol.UnreadableSegmentException;
import dev.freshet.state.simulation.SimulatedDataset.IndexCommit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** A version of the table in memory, with what Lance would make of a commit on top of it. */
record SimulatedTableVersion(
    SimulatedIndexTable table, SimulatedVersion version, ManifestVersion manifest)
    implements TableVersion {

  SimulatedTableVersion(SimulatedIndexTable table, SimulatedVersion version) {
    this(table, version, version.manifest());
  }

  @Override
  public boolean stableRowIds() {
    return version.stable();
  }

  @Override
  public int field() {
    return 0;
  }

  @Override
  public boolean isOfAnotherColumn(SegmentPlan plan) {
    return false;
  }

  @Override
  public EntryState entries(CommittedSegment segment) throws UnreadableSegmentException {
    return SimulatedIndexTable.reading(() -> table.entries.state(version, segment));
  }

  @Override
  public List<CommittedSegment> holding(List<CommittedSegment> segments, Coverage fragments) {
    List<CommittedSegment> readable =
        segments.stream().filter(one -> table.dataset.store.holds(one.uuid())).toList();
    return table.entries.holding(version, readable, fragments);
  }

  @Override
  public boolean hasDead(UUID segment, Coverage fragments) throws UnreadableSegmentException {
    return SimulatedIndexTable.reading(() -> table.entries.hasDead(version, segment, fragments));
  }

  /** Of a fragment that was rewritten in place between the decision on a segment and its commit. */
  @Override
  public Coverage stale(CommittedSegment segment) {
    long readBy = table.dataset.readBy(segment.uuid());
    return table.dataset.retains(readBy)
        ? PublishDecision.rewritten(
            segment.uuid(), table.dataset.at(readBy).manifest().fingerprints(), manifest)
        : Coverage.empty();
  }

  @Override
  public Optional<String> damage(CommittedSegment segment) throws UnreadableSegmentException {
    boolean damaged =
        SimulatedIndexTable.reading(
            () ->
                table.faults.call(
                    Step.RECHECK, () -> table.dataset.store.read(segment.uuid()).damaged()));
    return damaged ? Optional.of("it does not find its rows") : wrongEntries(segment);
  }

  @Override
  public Optional<String> wrongEntries(CommittedSegment segment) throws UnreadableSegmentException {
    return SimulatedIndexTable.reading(() -> table.entries.areWrong(version, segment))
        ? Optional.of("entries are of other values")
        : Optional.empty();
  }

  @Override
  public boolean answers(UnpublishedSegment segment, Set<UUID> replaced, Set<UUID> compared) {
    table.race.run();
    table.faults.pass(Step.DETACH);
    boolean answers =
        table.faults.call(
            Step.VERIFY,
            () ->
                table.dataset.store.holds(segment.uuid())
                    && !table.dataset.store.read(segment.uuid()).damaged()
                    && !table.entries.areWrong(version, segment.committed()));
    table.faults.pass(Step.DROP_DETACHED);
    table.race.run();
    return answers;
  }

  @Override
  public UnpublishedSegment build(SegmentPlan plan) throws UnreadableSegmentException {
    if (plan.shards().isEmpty()) {
      table.faults.pass(Step.PURGE);
    }
    table.race.run();
    return SimulatedIndexTable.reading(() -> table.workers.build(plan, version));
  }

  @Override
  public UnpublishedSegment rebuild(SegmentPlan plan) {
    table.faults.pass(Step.REBUILD);
    return table.workers.rebuild(plan, version);
  }

  @Override
  public CommitOutcome publish(List<UnpublishedSegment> segments, Set<UUID> replaced) {
    table.race.run();
    segments.forEach(
        one ->
            assertThat(table.dataset.store.read(one.uuid()).damaged())
                .as("%s was verified", one.uuid())
                .isFalse());
    IndexCommit commit =
        new IndexCommit(
            version.number(),
            segments.stream().map(UnpublishedSegment::committed).toList(),
            replaced);
    if (table.faults.landsLate(Step.COMMIT)) {
      table.dataset.commitLate(commit);
      throw table.faults.failure(Step.COMMIT);
    }
    Optional<Long> committed = table.faults.call(Step.COMMIT, () -> table.dataset.publish(commit));
    if (committed.isEmpty()) {
      return new CommitOutcome.Conflict("another index commit or a rewrite came first");
    }
    table.alone = committed.get() == version.number() + 1;
    table.faults.pass(table.alone ? Step.COMMITTED : Step.SETTLE);
    return new CommitOutcome.Committed(committed.get());
  }

  @Override
  public CommitOutcome withdraw(Set<UUID> segments) {
    table.race.run();
    return table.faults.call(
            Step.WITHDRAW, () -> table.dataset.withdraw(version.number(), segments))
        ? new CommitOutcome.Committed(table.dataset.latest().number())
        : new CommitOutcome.Conflict("another index commit or a rewrite came first");
  }

  @Override
  public Optional<String> compactionHarm(Coverage fragments) {
    return Optional.empty();
  }

  @Override
  public void close() {
    // nothing is open
  }
}
