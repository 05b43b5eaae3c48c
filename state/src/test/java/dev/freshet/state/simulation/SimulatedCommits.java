package dev.freshet.state.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.BuiltSegment;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.planning.PublishDecision;
import dev.freshet.state.simulation.SimulatedDataset.IndexCommit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** The commits of one sink; what it commits over fragments rewritten meanwhile it takes back. */
final class SimulatedCommits {
  private final SimulatedDataset dataset;
  private final Faults faults;
  private final Map<String, Integer> events;

  SimulatedCommits(SimulatedDataset dataset, Faults faults, Map<String, Integer> events) {
    this.dataset = dataset;
    this.faults = faults;
    this.events = events;
  }

  /**
   * Commits what was decided on a version; whether no other writer was faster.
   *
   * @param settled fragments each of whose rows has one entry if nobody comes before it
   */
  boolean publish(
      SimulatedVersion decided,
      List<BuiltSegment> segments,
      List<CommittedSegment> replaced,
      Coverage settled) {
    List<CommittedSegment> added =
        segments.stream()
            .map(one -> new CommittedSegment(one.plan().uuid(), one.plan().coverage()))
            .toList();
    added.forEach(
        one ->
            assertThat(dataset.store.read(one.uuid()).damaged())
                .as("%s was verified", one)
                .isFalse());
    IndexCommit commit = new IndexCommit(decided.number(), added, replaced, settled);
    if (faults.landsLate(Step.COMMIT)) {
      count("late");
      dataset.commitLate(commit);
      throw faults.failure(Step.COMMIT);
    }
    Optional<Long> committed = faults.call(Step.COMMIT, () -> dataset.publish(commit));
    if (committed.isEmpty()) {
      count("conflict");
      return false;
    }
    faults.pass(Step.COMMITTED);
    if (committed.get() != decided.number() + 1) {
      settle(decided, added.stream().map(CommittedSegment::uuid).collect(Collectors.toSet()));
    }
    return true;
  }

  private void settle(SimulatedVersion decided, Set<UUID> segments) {
    faults.pass(Step.SETTLE);
    SimulatedVersion version = dataset.latest();
    Set<UUID> stale =
        segments.stream()
            .filter(
                one ->
                    !PublishDecision.rewritten(
                            one, decided.manifest().fingerprints(), version.manifest())
                        .isEmpty())
            .collect(Collectors.toSet());
    if (!stale.isEmpty()) {
      count("taken back");
      assertThat(withdraw(version, stale)).isTrue();
    }
  }

  /** Takes segments out of the index; whether no other writer was faster. */
  boolean withdraw(SimulatedVersion version, Set<UUID> segments) {
    boolean withdrawn =
        faults.call(Step.WITHDRAW, () -> dataset.withdraw(version.number(), segments));
    count(withdrawn ? "withdrawn" : "conflict");
    return withdrawn;
  }

  private void count(String event) {
    events.merge(event, 1, Integer::sum);
  }
}
