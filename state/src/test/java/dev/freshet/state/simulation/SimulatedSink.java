package dev.freshet.state.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.garbage.GarbageKind;
import dev.freshet.state.model.BuiltSegment;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.planning.PublishDecision;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;

/** The one that commits: it decides, verifies, commits, and swaps in rewritten fragments. */
final class SimulatedSink {
  private final SimulatedDataset dataset;
  private final SimulatedClock clock;
  private final Faults faults;
  private final SimulatedWorkers workers;
  private final Supplier<UUID> uuids;
  private final Random random;
  private final Map<String, Integer> events;
  long rowsPublished;

  SimulatedSink(
      SimulatedDataset dataset,
      SimulatedClock clock,
      Faults faults,
      SimulatedWorkers workers,
      Supplier<UUID> uuids,
      Random random,
      Map<String, Integer> events) {
    this.dataset = dataset;
    this.clock = clock;
    this.faults = faults;
    this.workers = workers;
    this.uuids = uuids;
    this.random = random;
    this.events = events;
  }

  /**
   * Takes a built segment as far as it goes.
   *
   * @param race what happens to the dataset between the decision and the commit
   */
  void publish(JobState state, BuiltSegment built, Runnable race) {
    ManifestVersion manifest = faults.call(Step.DECIDE, dataset::manifest);
    PublishDecision decision = PublishDecision.of(built.plan(), manifest, uuids);
    count(decision.getClass().getSimpleName(), 1);
    if (decision instanceof PublishDecision.Replan replan) {
      assertThat(replan.plan().uuid()).isNotEqualTo(built.plan().uuid());
      state.plans.add(replan.plan());
    } else if (decision instanceof PublishDecision.Drop drop) {
      assertThat(drop.reason()).contains(built.plan().uuid().toString());
    } else if (decision instanceof PublishDecision.Publish publish) {
      race.run();
      BuiltSegment verified = verified(built, manifest);
      race.run();
      boolean committed = commit(verified.plan(), manifest, publish.replaced());
      count("conflict", committed ? 0 : 1);
      if (!committed || random.nextInt(10) == 0) {
        state.built.add(verified);
      }
    }
  }

  /** The segment, or the one that was rebuilt in its place. */
  private BuiltSegment verified(BuiltSegment built, ManifestVersion manifest) {
    if (isYoung(built.plan().uuid()) && answers(built.plan().uuid())) {
      return built;
    }
    count("rebuilt", 1);
    faults.pass(Step.REBUILD);
    BuiltSegment rebuilt = workers.rebuild(built.plan(), manifest);
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

  private boolean commit(
      SegmentPlan plan, ManifestVersion manifest, List<CommittedSegment> replaced) {
    CommittedSegment added = new CommittedSegment(plan.uuid(), plan.coverage());
    assertThat(dataset.store.read(plan.uuid()).damaged()).as("%s was verified", added).isFalse();
    if (faults.landsLate(Step.COMMIT)) {
      count("late", 1);
      dataset.commitLate(manifest.version(), added, replaced);
      throw faults.failure(Step.COMMIT);
    }
    boolean committed =
        faults.call(Step.COMMIT, () -> dataset.commitIndex(manifest.version(), added, replaced));
    if (committed) {
      rowsPublished += plan.shards().stream().mapToLong(shard -> shard.rows().encoded()).sum();
      faults.pass(Step.COMMITTED);
    }
    return committed;
  }

  /** Queries a committed segment, and takes it out of the index if it is damaged. */
  void recheck(JobState state, UUID uuid) {
    ManifestVersion manifest = faults.call(Step.DECIDE, dataset::manifest);
    boolean damaged =
        manifest.index().segments().stream()
            .anyMatch(
                segment ->
                    segment.uuid().equals(uuid)
                        && segment.coverage().intersects(manifest.live())
                        && faults.call(Step.RECHECK, () -> dataset.store.read(uuid).damaged()));
    if (damaged) {
      boolean withdrawn =
          faults.call(Step.WITHDRAW, () -> dataset.withdraw(manifest.version(), uuid));
      count(withdrawn ? "withdrawn" : "conflict", 1);
      if (!withdrawn) {
        state.rechecks.add(uuid);
      }
    }
  }

  /** Swaps in rewritten fragments if they are still wanted. */
  void commitRewrite(CompactionGroup group) {
    ManifestVersion manifest = faults.call(Step.DECIDE, dataset::manifest);
    if (manifest.live().containsAll(group.fragments())) {
      Optional<Boolean> committed =
          Optional.of(
              faults.call(
                  Step.COMMIT_REWRITE,
                  () -> dataset.rewrite(group.version(), group.fragments(), false)));
      count("compacted", committed.orElse(false) ? 1 : 0);
    }
  }

  private void count(String event, int times) {
    events.merge(event, times, Integer::sum);
  }
}
