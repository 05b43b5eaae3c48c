package dev.freshet.state.simulation;

import dev.freshet.state.model.BuiltSegment;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.SegmentPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Rewrites committed segments without the entries that their rows have left. */
final class SimulatedPurger {
  private final SimulatedDataset dataset;
  private final Faults faults;
  private final SimulatedWorkers workers;
  private final SimulatedGate gate;
  private final SimulatedCommits commits;
  private final Supplier<UUID> uuids;
  private final Map<String, Integer> events;

  SimulatedPurger(
      SimulatedDataset dataset,
      Faults faults,
      SimulatedWorkers workers,
      SimulatedGate gate,
      SimulatedCommits commits,
      Supplier<UUID> uuids,
      Map<String, Integer> events) {
    this.dataset = dataset;
    this.faults = faults;
    this.workers = workers;
    this.gate = gate;
    this.commits = commits;
    this.uuids = uuids;
    this.events = events;
  }

  /**
   * The segments, rewritten and verified; one whose fragments are all gone has no successor.
   *
   * @return empty if one cannot be rewritten and was withdrawn instead: decide again
   */
  Optional<List<BuiltSegment>> rewritten(SimulatedVersion version, List<CommittedSegment> worn) {
    List<BuiltSegment> rewritten = new ArrayList<>();
    for (CommittedSegment segment : worn) {
      if (segment.coverage().intersects(version.manifest().live())) {
        String model = dataset.store.read(segment.uuid()).model();
        if (model.equals("unknown")) {
          commits.withdraw(version, Set.of(segment.uuid()));
          return Optional.empty();
        }
        faults.pass(Step.PURGE);
        SegmentPlan plan =
            SegmentPlan.of(
                new ModelReference(model, segment.uuid()),
                List.of(),
                List.of(segment),
                version.manifest(),
                uuids);
        rewritten.add(gate.verified(workers.build(plan), version));
      }
    }
    return Optional.of(rewritten);
  }

  /** Puts rewritten segments in the place of worn ones; whether no other writer was faster. */
  boolean purge(SimulatedVersion version, List<CommittedSegment> worn, Runnable race) {
    Optional<List<BuiltSegment>> successors = rewritten(version, worn);
    if (successors.isEmpty()) {
      return false;
    }
    race.run();
    events.merge("purged", 1, Integer::sum);
    return successors.get().isEmpty()
        ? commits.withdraw(
            version, worn.stream().map(CommittedSegment::uuid).collect(Collectors.toSet()))
        : commits.publish(version, successors.get(), worn, Coverage.empty());
  }
}
