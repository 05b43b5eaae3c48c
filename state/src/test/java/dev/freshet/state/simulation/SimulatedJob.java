package dev.freshet.state.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexKind;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.state.planning.CompactionPace;
import dev.freshet.state.planning.InFlight;
import dev.freshet.state.planning.Linger;
import dev.freshet.state.planning.Recoding;
import dev.freshet.state.planning.SegmentPlanner;
import dev.freshet.state.planning.SegmentPolicy;
import dev.freshet.state.planning.Shard;
import dev.freshet.state.planning.ShardPolicy;
import dev.freshet.state.protocol.DiscoveryStep;
import dev.freshet.state.protocol.PlanningStep;
import dev.freshet.state.simulation.JobState.PartialShard;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The stream without Flink: its stages are methods, its queues and states are one value. */
final class SimulatedJob {

  static final Duration STALL = Duration.ofMinutes(10);
  static final SegmentPolicy SEGMENTS = new SegmentPolicy(3, 100, 800);

  private final SimulatedDataset dataset;
  private final SimulatedClock clock;
  private final Faults faults;
  private final ShardPolicy shardPolicy;
  private final Supplier<UUID> uuids;
  private final Random random;
  private final Map<String, Integer> events;
  private final SimulatedWorkers workers;
  private final SimulatedTraining training;
  private final SimulatedSink sink;
  private DiscoveryStep discovery;
  private JobState state = new JobState();

  SimulatedJob(
      SimulatedDataset dataset,
      SimulatedTable table,
      SimulatedClock clock,
      Faults faults,
      IndexKind type,
      ShardPolicy shardPolicy,
      Supplier<UUID> uuids,
      Random random,
      Map<String, Integer> events) {
    this.dataset = dataset;
    this.clock = clock;
    this.faults = faults;
    this.shardPolicy = shardPolicy;
    this.uuids = uuids;
    this.random = random;
    this.events = events;
    this.workers = new SimulatedWorkers(dataset, faults, shardPolicy.builder(), uuids, random);
    this.training = new SimulatedTraining(dataset, faults, workers, type, uuids, random);
    this.sink =
        new SimulatedSink(
            new SimulatedIndexTable(dataset, clock, workers, faults),
            table,
            type,
            uuids,
            random,
            events);
    this.discovery = newDiscovery();
  }

  /** With so few fragments under compaction that proposals are cut. */
  private DiscoveryStep newDiscovery() {
    return new DiscoveryStep(
        STALL,
        state.open,
        clock.now(),
        new CompactionPace(2, 4),
        new Linger(Duration.ofMinutes(1), Duration.ofSeconds(5)));
  }

  /** What a checkpoint stores now. */
  JobState snapshot() {
    return state.resumed(clock.now());
  }

  void restore(JobState snapshot) {
    state = snapshot.resumed(clock.now());
    discovery = newDiscovery();
    training.restart();
    sink.restart();
  }

  /** Loses a message between two stages, or repeats one. */
  void damage() {
    List<List<?>> queues = List.of(state.shards, state.sealed, state.plans, state.built);
    List<?> queue = queues.get(random.nextInt(queues.size()));
    if (!queue.isEmpty()) {
      queue.remove(random.nextInt(queue.size()));
    }
    if (!state.shards.isEmpty() && random.nextInt(3) == 0) {
      PartialShard again = state.shards.get(random.nextInt(state.shards.size()));
      state.shards.add(PartialShard.of(again.shard()));
    }
  }

  /**
   * Looks at the manifest and hands out work.
   *
   * @param proposed what Lance would compact
   */
  void discover(List<CompactionGroup> proposed) {
    ManifestVersion manifest;
    try {
      manifest = faults.call(Step.OBSERVE, dataset::manifest);
    } catch (Faults.StoreError e) {
      return; // the next poll comes
    }
    int before = state.open.inFlight().shards().size();
    DiscoveryStep.Found found =
        discovery.advance(manifest, Optional.of(shardPolicy), proposed, clock.now());
    state.open = discovery.state();
    InFlight inFlight = state.open.inFlight();
    count("left flight", before + found.shards().size() - inFlight.shards().size());
    count("shards", found.shards().size());
    count("lingers", discovery.isHandedOut(manifest) ? 0 : 1);
    Coverage handedOut = Coverage.union(found.shards().stream().map(Shard::fragments));
    assertThat(manifest.uncovered().containsAll(handedOut)).isTrue();
    Set<String> fresh = found.shards().stream().map(Shard::id).collect(Collectors.toSet());
    assertThat(inFlight.shards().stream().map(InFlight.HandedOut::shard))
        .as("shards in flight")
        .containsAll(fresh);
    Coverage earlier =
        Coverage.union(
            inFlight.shards().stream()
                .filter(one -> !fresh.contains(one.shard()))
                .map(InFlight.HandedOut::fragments));
    assertThat(handedOut.intersects(earlier)).as("handed out while in flight").isFalse();
    for (CompactionGroup group : found.compactions()) {
      assertThat(group.fragments().intersects(inFlight.fragments())).isFalse();
      assertThat(manifest.live().containsAll(group.fragments())).isTrue();
    }
    assertThat(
            state.open.compacting().stream().mapToInt(one -> one.group().fragments().size()).sum())
        .as("fragments under compaction, none of them twice")
        .isEqualTo(
            Coverage.union(state.open.compacting().stream().map(one -> one.group().fragments()))
                .size());
    faults.pass(Step.HAND_OUT);
    found.shards().forEach(shard -> state.shards.add(PartialShard.of(shard)));
    state.rechecks.addAll(found.rechecks());
    state.compactions.addAll(found.compactions());
  }

  /** Encodes some tasks, in any order of their shards. */
  void assign() {
    for (int some = random.nextInt(state.shards.size() + 1); some > 0; some--) {
      assignOne();
    }
  }

  private void assignOne() {
    PartialShard shard = state.shards.remove(random.nextInt(state.shards.size()));
    Optional<ModelReference> model = training.resolve(state, shard.shard().version());
    PartialShard next = workers.encodeNext(shard.in(model));
    if (next.isComplete()) {
      leavingWhatIsGone(() -> workers.seal(next).ifPresent(state.sealed::add));
    } else {
      state.shards.add(next);
    }
  }

  /** What is made of segments that were collected is left: its fragments are found again. */
  private void leavingWhatIsGone(Runnable work) {
    try {
      work.run();
    } catch (SimulatedStore.Gone e) {
      count("left as gone", 1);
    }
  }

  void planSegments() {
    ManifestVersion manifest = faults.call(Step.OBSERVE_TO_PLAN, dataset::manifest);
    Map<UUID, Optional<ModelReference>> models =
        faults.call(Step.READ_MODELS, () -> models(manifest));
    PlanningStep.Result result =
        new PlanningStep(SEGMENTS, STALL, uuids)
            .plan(
                state.sealed,
                state.unpublished,
                manifest,
                models,
                dataset.store.lineage.of(references(models)),
                Recoding.any(),
                clock.now());
    SegmentPlanner.Planned planned = result.planned();
    assertThat(planned.plans().stream().mapToInt(plan -> plan.shards().size()).sum())
        .isEqualTo(
            state.sealed.stream().distinct().toList().size()
                - planned.waiting().size()
                - planned.dropped().size());
    checkDisjoint(planned.plans(), manifest);
    checkBound(planned.plans(), result.unpublished().plans(), manifest);
    count("waiting", planned.waiting().size());
    count("dropped", planned.dropped().size());
    for (SegmentPlan plan : planned.plans()) {
      count(plan.shards().isEmpty() ? "pure merge" : "plan", 1);
      count("absorbed", plan.absorbed().size());
      count("of grown models", ofSeveralModels(plan, models) ? 1 : 0);
      count("encoded again", plan.shards().isEmpty() && isOfOthers(plan, models) ? 1 : 0);
      count("unbuilt", plan.shards().size() == 1 && plan.absorbed().isEmpty() ? 1 : 0);
    }
    faults.pass(Step.PLAN);
    state.sealed.clear();
    state.sealed.addAll(planned.waiting());
    state.unpublished = result.unpublished();
    state.plans.addAll(planned.plans());
  }

  private static boolean ofSeveralModels(
      SegmentPlan plan, Map<UUID, Optional<ModelReference>> committed) {
    return Stream.concat(
                plan.shards().stream().map(SealedShard::modelId),
                plan.absorbed().stream()
                    .map(segment -> ModelReference.id(committed.get(segment.uuid()))))
            .distinct()
            .count()
        > 1;
  }

  /** Whether all that a plan absorbs has other codes than it will have. */
  private static boolean isOfOthers(
      SegmentPlan plan, Map<UUID, Optional<ModelReference>> committed) {
    return plan.absorbed().stream()
        .noneMatch(
            segment ->
                SimulatedLineage.takesCodesOf(
                    ModelReference.id(plan.model()),
                    ModelReference.id(committed.get(segment.uuid()))));
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
    Map<UUID, Optional<ModelReference>> models = models(manifest);
    List<ModelReference> known = references(models);
    for (CommittedSegment segment : manifest.index().segments()) {
      boolean replaced =
          IntStream.range(0, plans.size() + unpublished.size())
              .mapToObj(i -> i < plans.size() ? plans.get(i) : unpublished.get(i - plans.size()))
              .anyMatch(plan -> plan.absorbed().contains(segment));
      if (models.containsKey(segment.uuid()) && !replaced) {
        segments.merge(newest(models.get(segment.uuid()), known), 1, Integer::sum);
      }
    }
    plans.forEach(plan -> segments.merge(newest(plan.model(), known), 1, Integer::sum));
    for (int count : segments.values()) {
      assertThat((long) count).isLessThanOrEqualTo(SEGMENTS.maxSegments(manifest.liveRows()));
    }
  }

  private String newest(Optional<ModelReference> model, List<ModelReference> known) {
    return ModelReference.id(dataset.store.lineage.of(known).newest(model));
  }

  /** Those of committed segments, and of the shards that wait to be planned. */
  private List<ModelReference> references(Map<UUID, Optional<ModelReference>> committed) {
    return Stream.concat(committed.values().stream(), state.sealed.stream().map(SealedShard::model))
        .flatMap(Optional::stream)
        .toList();
  }

  private Map<UUID, Optional<ModelReference>> models(ManifestVersion manifest) {
    Map<UUID, Optional<ModelReference>> models = new HashMap<>();
    for (CommittedSegment segment : manifest.index().segments()) {
      String model = dataset.store.read(segment.uuid()).model();
      if (!model.equals("unknown")) {
        models.put(segment.uuid(), dataset.store.model(segment.uuid()));
      }
    }
    return models;
  }

  void build() {
    if (!state.plans.isEmpty()) {
      SegmentPlan plan = state.plans.remove(random.nextInt(state.plans.size()));
      leavingWhatIsGone(() -> state.built.add(workers.build(plan, dataset.latest())));
    }
  }

  /**
   * Publishes one built segment, now and then one that is published already.
   *
   * @param race what happens to the dataset between the steps of the publisher
   */
  void publish(Runnable race) {
    if (!state.built.isEmpty()) {
      UnpublishedSegment segment = state.built.remove(random.nextInt(state.built.size()));
      sink.publish(segment, race);
      if (random.nextInt(10) == 0) {
        state.built.add(segment);
      }
    }
  }

  /** Verifies committed segments again. */
  void recheck(Runnable race) {
    List<UUID> due = List.copyOf(state.rechecks);
    state.rechecks.clear();
    due.forEach(segment -> sink.recheck(segment, race));
  }

  /** Rewrites the fragments of a compaction that was handed out, or commits one. */
  void compact(Runnable race) {
    if (!state.compactions.isEmpty()) {
      CompactionGroup group = state.compactions.remove(0);
      faults.pass(Step.REWRITE);
      state.rewritten.add(group);
    } else if (!state.rewritten.isEmpty()) {
      sink.compact(state.rewritten.remove(0), race);
    }
  }

  boolean isIdle() {
    return state.isIdle();
  }

  /** Does all there is to do. */
  void drain() {
    discover(List.of());
    while (!state.shards.isEmpty()) {
      assignOne();
    }
    planSegments();
    while (!state.plans.isEmpty() || !state.built.isEmpty()) {
      build();
      publish(() -> {});
    }
    recheck(() -> {});
    while (!state.compactions.isEmpty() || !state.rewritten.isEmpty()) {
      compact(() -> {});
    }
  }

  long rowsWritten() {
    return workers.rowsWritten;
  }

  long rowsPublished() {
    return sink.rowsPublished();
  }

  private void count(String event, int times) {
    events.merge(event, times, Integer::sum);
  }
}
