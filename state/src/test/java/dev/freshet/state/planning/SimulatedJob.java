package dev.freshet.state.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.BuiltSegment;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.ShardTask;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** The stream without Flink: its stages are methods, its queues and states are one value. */
final class SimulatedJob {

  static final Duration STALL = Duration.ofMinutes(10);
  static final Duration FORGET = Duration.ofMinutes(15);

  /** All that a checkpoint holds. */
  record State(
      InFlight inFlight,
      long sequence,
      Optional<String> model,
      List<Shard> shards,
      List<SealedShard> sealed,
      UnpublishedPlans unpublished,
      List<SegmentPlan> plans,
      List<BuiltSegment> built) {

    static State empty() {
      return new State(
          InFlight.none(),
          0,
          Optional.empty(),
          new ArrayList<>(),
          new ArrayList<>(),
          UnpublishedPlans.none(),
          new ArrayList<>(),
          new ArrayList<>());
    }

    State restored(Instant now) {
      return new State(
          inFlight.resumed(now),
          sequence,
          model,
          new ArrayList<>(shards),
          new ArrayList<>(sealed),
          unpublished.resumed(now),
          new ArrayList<>(plans),
          new ArrayList<>(built));
    }
  }

  private final SimulatedDataset dataset;
  private final ShardPolicy shardPolicy;
  private final SegmentPolicy segmentPolicy;
  private final Supplier<UUID> uuids;
  private final Random random;
  private State state = State.empty();
  private final Map<String, Integer> events;
  long rowsWritten;
  long rowsPublished;

  SimulatedJob(
      SimulatedDataset dataset,
      ShardPolicy shardPolicy,
      SegmentPolicy segmentPolicy,
      Supplier<UUID> uuids,
      Random random,
      Map<String, Integer> events) {
    this.dataset = dataset;
    this.events = events;
    this.shardPolicy = shardPolicy;
    this.segmentPolicy = segmentPolicy;
    this.uuids = uuids;
    this.random = random;
  }

  State snapshot() {
    return state.restored(Instant.EPOCH);
  }

  void restore(State snapshot, Instant now) {
    state = snapshot.restored(now);
  }

  /** Loses or repeats a message between two stages. */
  void damage() {
    List<List<?>> queues = List.of(state.shards, state.sealed, state.plans, state.built);
    List<?> queue = queues.get(random.nextInt(queues.size()));
    if (!queue.isEmpty()) {
      queue.remove(random.nextInt(queue.size()));
    }
    if (!state.shards.isEmpty() && random.nextInt(3) == 0) {
      state.shards.add(any(state.shards));
    }
  }

  void discover(Instant now) {
    ManifestVersion manifest = dataset.manifest();
    InFlight inFlight = state.inFlight.reconcile(manifest, now, STALL);
    List<Shard> shards = ShardPlanner.plan(manifest, inFlight, shardPolicy, state.sequence);
    count("left flight", state.inFlight.shards().size() - inFlight.shards().size());
    count("shards", shards.size());
    Coverage handedOut = Coverage.union(shards.stream().map(Shard::fragments));
    assertThat(manifest.uncovered().minus(inFlight.fragments()).containsAll(handedOut)).isTrue();
    Optional<String> model = state.model;
    if (!shards.isEmpty() && model.isEmpty()) {
      model =
          manifest.index().segments().stream()
              .map(segment -> dataset.read(segment.uuid()).model())
              .findFirst()
              .or(() -> Optional.of("trained-" + uuids.get()));
    }
    state.shards.addAll(shards);
    state =
        new State(
            inFlight.handOut(shards, now),
            state.sequence + shards.size(),
            model,
            state.shards,
            state.sealed,
            state.unpublished,
            state.plans,
            state.built);
  }

  /** Seals some shards, in any order. */
  void assign() {
    for (int some = random.nextInt(state.shards.size() + 1); some > 0; some--) {
      assignOne();
    }
  }

  private void assignOne() {
    Shard shard = state.shards.remove(random.nextInt(state.shards.size()));
    List<RowRange> ranges =
        shard.tasks().stream().map(ShardTask::ranges).flatMap(List::stream).toList();
    Map<Integer, SimulatedDataset.Entries> slots = new HashMap<>();
    for (RowRange range : ranges) {
      merge(slots, range, dataset.scan(shard.version(), range));
    }
    List<UUID> segments = List.of();
    if (shardPolicy.builder() == IndexType.Builder.FRESHET) {
      segments = List.of(uuids.get());
      write(segments.get(0), slots);
    }
    ModelReference model = new ModelReference(state.model.orElseThrow(), new UUID(0, 0));
    state.sealed.add(
        new SealedShard(
            shard.id(),
            shard.version(),
            model,
            ranges,
            segments,
            new RowCounts(shard.rows(), 0, 0),
            shard.rows()));
  }

  void planSegments(Instant now) {
    ManifestVersion manifest = dataset.manifest();
    UnpublishedPlans unpublished = state.unpublished.reconcile(manifest, now, FORGET);
    Map<UUID, String> models = models(manifest);
    SegmentPlanner.Planned planned =
        SegmentPlanner.plan(
            state.sealed, manifest, segmentPolicy, unpublished.plans(), models, uuids);
    assertThat(planned.plans().stream().mapToInt(plan -> plan.shards().size()).sum())
        .isEqualTo(
            state.sealed.stream().distinct().toList().size()
                - planned.waiting().size()
                - planned.dropped().size());
    checkDisjoint(planned.plans(), manifest);
    checkBound(planned.plans(), unpublished.plans(), manifest);
    count("waiting", planned.waiting().size());
    count("dropped", planned.dropped().size());
    for (SegmentPlan plan : planned.plans()) {
      count(plan.shards().isEmpty() ? "pure merge" : "plan", 1);
      count("absorbed", plan.absorbed().size());
      count("unbuilt", plan.shards().size() == 1 && plan.absorbed().isEmpty() ? 1 : 0);
    }
    state.plans.addAll(planned.plans());
    state =
        new State(
            state.inFlight,
            state.sequence,
            state.model,
            state.shards,
            new ArrayList<>(planned.waiting()),
            unpublished.add(planned.plans(), now),
            state.plans,
            state.built);
  }

  private static void checkDisjoint(List<SegmentPlan> plans, ManifestVersion manifest) {
    Coverage taken = Coverage.empty();
    for (SegmentPlan plan : plans) {
      assertThat(plan.coverage().intersect(taken)).isEqualTo(Coverage.empty());
      assertThat(manifest.live().containsAll(plan.coverage())).isTrue();
      Coverage absorbed = Coverage.union(plan.absorbed().stream().map(CommittedSegment::coverage));
      assertThat(plan.coverage())
          .isEqualTo(plan.fragments().union(absorbed.intersect(manifest.live())));
      taken = taken.union(plan.coverage());
    }
  }

  /** What an index would have if these plans alone were published: the policy's bound, by model. */
  private void checkBound(
      List<SegmentPlan> plans, List<SegmentPlan> unpublished, ManifestVersion manifest) {
    Map<String, Integer> segments = new HashMap<>();
    Map<UUID, String> models = models(manifest);
    for (CommittedSegment segment : manifest.index().segments()) {
      boolean replaced =
          IntStream.range(0, plans.size() + unpublished.size())
              .mapToObj(i -> i < plans.size() ? plans.get(i) : unpublished.get(i - plans.size()))
              .anyMatch(plan -> plan.absorbed().contains(segment));
      if (models.containsKey(segment.uuid()) && !replaced) {
        segments.merge(models.get(segment.uuid()), 1, Integer::sum);
      }
    }
    plans.forEach(plan -> segments.merge(plan.model().id(), 1, Integer::sum));
    for (int count : segments.values()) {
      assertThat((long) count).isLessThanOrEqualTo(segmentPolicy.maxSegments(manifest.liveRows()));
    }
  }

  void build() {
    if (state.plans.isEmpty()) {
      return;
    }
    SegmentPlan plan = state.plans.remove(random.nextInt(state.plans.size()));
    boolean isShard = plan.shards().stream().anyMatch(s -> s.isWholeIn(plan.uuid()));
    if (!isShard && dataset.read(plan.uuid()) == null) {
      write(plan.uuid(), plan.model().id(), contents(plan));
    }
    long rows = dataset.read(plan.uuid()).rows();
    state.built.add(new BuiltSegment(plan, rows, rows));
  }

  private Map<Integer, SimulatedDataset.Entries> contents(SegmentPlan plan) {
    Map<Integer, SimulatedDataset.Entries> slots = new HashMap<>();
    if (shardPolicy.builder() == IndexType.Builder.LANCE) {
      ManifestVersion manifest = dataset.manifest();
      for (Fragment fragment : manifest.fragments()) {
        if (plan.coverage().contains(fragment.id())) {
          merge(slots, fragment.rows(), dataset.scan(manifest.version(), fragment.rows()));
        }
      }
      return slots;
    }
    plan.shards().stream()
        .map(shard -> dataset.read(shard.segments().get(0)).slots())
        .forEach(rows -> rows.forEach((fragment, some) -> merge(slots, fragment, some)));
    for (CommittedSegment absorbed : plan.absorbed()) {
      dataset.read(absorbed.uuid()).slots().entrySet().stream()
          .filter(rows -> plan.kept(absorbed).contains(rows.getKey()))
          .forEach(rows -> merge(slots, rows.getKey(), rows.getValue()));
    }
    return slots;
  }

  private static void merge(
      Map<Integer, SimulatedDataset.Entries> slots, RowRange range, BitSet more) {
    merge(slots, range.fragment(), new SimulatedDataset.Entries(range.fingerprint(), more));
  }

  private static void merge(
      Map<Integer, SimulatedDataset.Entries> slots, int fragment, SimulatedDataset.Entries more) {
    SimulatedDataset.Entries known =
        slots.computeIfAbsent(
            fragment, key -> new SimulatedDataset.Entries(more.fingerprint(), new BitSet()));
    assertThat(known.slots().intersects(more.slots())).as("rows twice of %s", fragment).isFalse();
    assertThat(known.fingerprint()).isEqualTo(more.fingerprint());
    known.slots().or(more.slots());
  }

  /**
   * Publishes one built segment.
   *
   * @param race what happens to the dataset between the decision and the commit
   */
  void publish(Runnable race) {
    if (state.built.isEmpty()) {
      return;
    }
    BuiltSegment built = state.built.remove(random.nextInt(state.built.size()));
    ManifestVersion manifest = dataset.manifest();
    PublishDecision decision = PublishDecision.of(built.plan(), manifest, uuids);
    count(decision.getClass().getSimpleName(), 1);
    if (decision instanceof PublishDecision.Replan replan) {
      assertThat(replan.plan().uuid()).isNotEqualTo(built.plan().uuid());
      state.plans.add(replan.plan());
    } else if (decision instanceof PublishDecision.Drop drop) {
      assertThat(drop.reason()).contains(built.plan().uuid().toString());
    } else if (decision instanceof PublishDecision.Publish publish) {
      race.run();
      SegmentPlan plan = built.plan();
      CommittedSegment added = new CommittedSegment(plan.uuid(), plan.coverage());
      boolean committed = dataset.commitIndex(manifest.version(), added, publish.replaced());
      count("conflict", committed ? 0 : 1);
      if (committed) {
        rowsPublished += plan.shards().stream().mapToLong(shard -> shard.rows().encoded()).sum();
      }
      if (!committed || random.nextInt(10) == 0) {
        state.built.add(built);
      }
    }
  }

  Optional<CompactionGroup> chooseCompaction(CompactionGroup candidate, Coverage busy) {
    return CompactionSelection.select(List.of(candidate), dataset.manifest(), state.inFlight, busy)
        .stream()
        .findFirst();
  }

  boolean isIdle() {
    return state.shards.isEmpty()
        && state.sealed.isEmpty()
        && state.plans.isEmpty()
        && state.built.isEmpty()
        && state.unpublished.pending().isEmpty();
  }

  void drain(Instant now) {
    discover(now);
    while (!state.shards.isEmpty()) {
      assignOne();
    }
    planSegments(now);
    while (!state.plans.isEmpty() || !state.built.isEmpty()) {
      build();
      publish(() -> {});
    }
  }

  private Map<UUID, String> models(ManifestVersion manifest) {
    Map<UUID, String> models = new HashMap<>();
    for (CommittedSegment segment : manifest.index().segments()) {
      String model = dataset.read(segment.uuid()).model();
      if (!model.equals("unknown")) {
        models.put(segment.uuid(), model);
      }
    }
    return models;
  }

  private void write(UUID uuid, Map<Integer, SimulatedDataset.Entries> slots) {
    write(uuid, state.model.orElseThrow(), slots);
  }

  private void write(UUID uuid, String model, Map<Integer, SimulatedDataset.Entries> slots) {
    SimulatedDataset.SegmentRows rows = new SimulatedDataset.SegmentRows(model, slots);
    dataset.write(uuid, rows);
    rowsWritten += rows.rows();
  }

  private void count(String event, int times) {
    events.merge(event, times, Integer::sum);
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
