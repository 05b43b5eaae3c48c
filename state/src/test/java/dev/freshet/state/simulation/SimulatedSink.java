package dev.freshet.state.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.BuiltSegment;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.planning.PublishDecision;
import dev.freshet.state.simulation.SimulatedEntries.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** The one that commits: it decides, verifies, commits, and swaps in rewritten fragments. */
final class SimulatedSink {
  private final SimulatedDataset dataset;
  private final SimulatedTable table;
  private final Faults faults;
  private final SimulatedWorkers workers;
  private final SimulatedEntries entries;
  private final SimulatedGate gate;
  private final SimulatedCommits commits;
  private final SimulatedPurger purger;
  private final Supplier<UUID> uuids;
  private final Random random;
  private final Map<String, Integer> events;
  long rowsPublished;

  SimulatedSink(
      SimulatedDataset dataset,
      SimulatedTable table,
      SimulatedClock clock,
      Faults faults,
      SimulatedWorkers workers,
      Supplier<UUID> uuids,
      Random random,
      Map<String, Integer> events) {
    this.dataset = dataset;
    this.table = table;
    this.faults = faults;
    this.workers = workers;
    this.entries = new SimulatedEntries(dataset.store);
    this.gate = new SimulatedGate(dataset, clock, faults, workers, events);
    this.commits = new SimulatedCommits(dataset, faults, events);
    this.purger = new SimulatedPurger(dataset, faults, workers, gate, commits, uuids, events);
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
    SimulatedVersion version = faults.call(Step.DECIDE, dataset::latest);
    PublishDecision decision = PublishDecision.of(built.plan(), version.manifest(), uuids);
    count(decision.getClass().getSimpleName());
    if (decision instanceof PublishDecision.Replan replan) {
      assertThat(replan.plan().uuid()).isNotEqualTo(built.plan().uuid());
      state.plans.add(replan.plan());
    } else if (decision instanceof PublishDecision.Drop drop) {
      assertThat(drop.reason()).contains(built.plan().uuid().toString());
    } else if (decision instanceof PublishDecision.Withdraw) {
      if (!commits.withdraw(version, Set.of(built.plan().uuid()))) {
        state.built.add(built);
      }
    } else if (decision instanceof PublishDecision.Publish publish) {
      race.run();
      BuiltSegment verified = gate.verified(pure(version, built), version);
      race.run();
      boolean committed = isCommitted(version, verified, publish.replaced(), race);
      if (!committed || random.nextInt(10) == 0) {
        state.built.add(verified);
      }
    }
  }

  /** The segment, or one without the entries of rows that have moved since they were read. */
  private BuiltSegment pure(SimulatedVersion version, BuiltSegment built) {
    SegmentPlan plan = built.plan();
    CommittedSegment asCommitted = new CommittedSegment(plan.uuid(), plan.coverage());
    State state =
        dataset.store.holds(plan.uuid()) ? entries.state(version, asCommitted) : State.SOUND;
    return switch (state) {
      case SOUND -> built;
      case WORN -> workers.build(plan.at(uuids.get()));
      case AMBIGUOUS -> workers.rebuild(plan, version);
    };
  }

  /** Commits the segment, and with it what others are without the entries of its rows. */
  private boolean isCommitted(
      SimulatedVersion version,
      BuiltSegment segment,
      List<CommittedSegment> replaced,
      Runnable race) {
    List<CommittedSegment> others =
        version.segments().stream().filter(other -> !replaced.contains(other)).toList();
    List<CommittedSegment> worn = entries.holding(version, others, segment.plan().coverage());
    events.merge("holders", worn.size(), Integer::sum);
    Optional<List<BuiltSegment>> successors = purger.rewritten(version, worn);
    if (successors.isEmpty()) {
      return false;
    }
    race.run();
    List<BuiltSegment> added = new ArrayList<>(successors.get());
    added.add(0, segment);
    List<CommittedSegment> removed = new ArrayList<>(replaced);
    removed.addAll(worn);
    boolean committed = commits.publish(version, added, removed, segment.plan().coverage());
    if (committed) {
      rowsPublished +=
          segment.plan().shards().stream().mapToLong(shard -> shard.rows().encoded()).sum();
    }
    return committed;
  }

  /** Queries a committed segment, and mends it, or those that hold entries of its rows. */
  void recheck(JobState state, UUID uuid, Runnable race) {
    SimulatedVersion version = faults.call(Step.DECIDE, dataset::latest);
    Optional<CommittedSegment> segment =
        version.segments().stream().filter(one -> one.uuid().equals(uuid)).findFirst();
    if (segment.isPresent() && !isSettled(version, segment.get(), race)) {
      state.rechecks.add(uuid);
    }
  }

  /** Whether the segment is right, or was mended and no other writer was faster. */
  private boolean isSettled(SimulatedVersion version, CommittedSegment segment, Runnable race) {
    State state = faults.call(Step.RECHECK, () -> entries.state(version, segment));
    if (isBehind(version, segment)) {
      return commits.withdraw(version, Set.of(segment.uuid()));
    }
    if (state == State.AMBIGUOUS) {
      return commits.withdraw(version, Set.of(segment.uuid()));
    }
    List<CommittedSegment> others =
        version.segments().stream().filter(other -> !other.equals(segment)).toList();
    List<CommittedSegment> worn =
        new ArrayList<>(entries.holding(version, others, segment.coverage()));
    if (state == State.WORN) {
      worn.add(segment);
    }
    if (!worn.isEmpty()) {
      return purger.purge(version, worn, race);
    }
    boolean damaged =
        segment.coverage().intersects(version.manifest().live())
            && dataset.store.read(segment.uuid()).damaged();
    return !damaged || commits.withdraw(version, Set.of(segment.uuid()));
  }

  /** Whether a fragment was rewritten in place between the decision on a segment and its commit. */
  private boolean isBehind(SimulatedVersion version, CommittedSegment segment) {
    long readBy = dataset.readBy(segment.uuid());
    return dataset.retains(readBy)
        && !PublishDecision.rewritten(
                segment.uuid(), dataset.at(readBy).manifest().fingerprints(), version.manifest())
            .isEmpty();
  }

  /** Swaps in rewritten fragments if they are still wanted. */
  void commitRewrite(CompactionGroup group) {
    ManifestVersion manifest = faults.call(Step.DECIDE, dataset::manifest);
    if (manifest.live().containsAll(group.fragments()) && isPurged(group)) {
      boolean committed =
          faults.call(
              Step.COMMIT_REWRITE, () -> table.rewrite(base(group), group.fragments(), false));
      events.merge("compacted", committed ? 1 : 0, Integer::sum);
    }
  }

  /** Whether no segment over the group has dead entries, which nothing masks afterwards. */
  private boolean isPurged(CompactionGroup group) {
    SimulatedVersion version = dataset.latest();
    List<CommittedSegment> dead =
        version.segments().stream()
            .filter(segment -> version.stable())
            .filter(segment -> segment.coverage().intersects(group.fragments()))
            .filter(segment -> entries.hasDead(version, segment))
            .toList();
    return dead.isEmpty() || purger.purge(version, dead, () -> {});
  }

  /** The latest version, if the rewrite holds there too: a purge has come between. */
  private long base(CompactionGroup group) {
    SimulatedVersion latest = dataset.latest();
    boolean unchanged =
        dataset
            .at(group.version())
            .select(group.fragments())
            .equals(latest.select(group.fragments()));
    boolean together =
        latest.segments().stream()
            .map(CommittedSegment::coverage)
            .allMatch(
                one -> one.containsAll(group.fragments()) || !one.intersects(group.fragments()));
    return unchanged && together ? latest.number() : group.version();
  }

  private void count(String event) {
    events.merge(event, 1, Integer::sum);
  }
}
