package dev.freshet.state.simulation;

import dev.freshet.state.garbage.GarbageKind;
import dev.freshet.state.model.BuiltSegment;
import java.util.Map;
import java.util.UUID;

/** Lets no segment through that does not answer, or that may be collected as garbage. */
final class SimulatedGate {
  private final SimulatedDataset dataset;
  private final SimulatedClock clock;
  private final Faults faults;
  private final SimulatedWorkers workers;
  private final Map<String, Integer> events;

  SimulatedGate(
      SimulatedDataset dataset,
      SimulatedClock clock,
      Faults faults,
      SimulatedWorkers workers,
      Map<String, Integer> events) {
    this.dataset = dataset;
    this.clock = clock;
    this.faults = faults;
    this.workers = workers;
    this.events = events;
  }

  /** The segment, or the one that was rebuilt in its place. */
  BuiltSegment verified(BuiltSegment built, SimulatedVersion version) {
    if (isYoung(built.plan().uuid()) && answers(built.plan().uuid())) {
      return built;
    }
    events.merge("rebuilt", 1, Integer::sum);
    faults.pass(Step.REBUILD);
    BuiltSegment rebuilt = workers.rebuild(built.plan(), version);
    if (!answers(rebuilt.plan().uuid())) {
      throw faults.failure(Step.VERIFY);
    }
    return rebuilt;
  }

  /** Whether no garbage collection takes the segment for garbage before it is published. */
  private boolean isYoung(UUID uuid) {
    return dataset.store.holds(uuid)
        && SimulatedCollector.POLICY.mayPublish(
            GarbageKind.SEGMENT, dataset.store.modified(uuid), clock.ofStore());
  }

  private boolean answers(UUID uuid) {
    faults.pass(Step.DETACH);
    boolean answers = faults.call(Step.VERIFY, () -> !dataset.store.read(uuid).damaged());
    faults.pass(Step.DROP_DETACHED);
    return answers;
  }
}
