package dev.freshet.state.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.BuiltSegment;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexKind;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.ShardTask;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.state.simulation.JobState.Part;
import dev.freshet.state.simulation.JobState.PartialShard;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The stages that write segments: they encode tasks, seal shards, and build what is planned. */
final class SimulatedWorkers {
  private static final int ATTEMPTS = 3;
  private static final byte[] DETAILS = {};

  private final SimulatedDataset dataset;
  private final Faults faults;
  private final IndexKind.Builder builder;
  private final Supplier<UUID> uuids;
  private final Random random;
  long rowsWritten;

  SimulatedWorkers(
      SimulatedDataset dataset,
      Faults faults,
      IndexKind.Builder builder,
      Supplier<UUID> uuids,
      Random random) {
    this.dataset = dataset;
    this.faults = faults;
    this.builder = builder;
    this.uuids = uuids;
    this.random = random;
  }

  /** A shard with its next task done; nothing is read for it if its model is gone. */
  PartialShard encodeNext(PartialShard shard) {
    ShardTask task = shard.shard().tasks().get(shard.parts().size());
    String model = ModelReference.id(shard.model());
    if (!holds(shard.model())) {
      return shard.with(new Part(List.of(), List.of(), Optional.empty(), model));
    }
    List<RowRange> read = new ArrayList<>();
    Contents contents = new Contents();
    for (RowRange range : task.ranges()) {
      if (scan(contents, task.version(), range)) {
        read.add(range);
      }
    }
    faults.pass(Step.ENCODE);
    Part part = new Part(read, contents.entries(), Optional.empty(), model);
    return shard.with(spills(task, read) ? spill(part) : part);
  }

  private boolean holds(Optional<ModelReference> model) {
    return model.isEmpty()
        || dataset.store.holds(model.get().segment())
        || dataset.manifest().index().segments().stream()
            .map(segment -> dataset.store.read(segment.uuid()).model())
            .anyMatch(model.get().id()::equals);
  }

  /** Whether a range could be read; one that cannot is left out. */
  private boolean scan(Contents contents, long version, RowRange range) {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        Contents rows =
            faults.call(
                Step.SCAN,
                () -> {
                  Contents fresh = new Contents();
                  fresh.scan(dataset.at(version), range);
                  return fresh;
                });
        contents.addAll(rows.entries());
        return true;
      } catch (Faults.StoreError e) {
        // tried again
      }
    }
    return false;
  }

  private boolean spills(ShardTask task, List<RowRange> read) {
    return builder == IndexKind.Builder.FRESHET
        && task.count() > 1
        && !read.isEmpty()
        && random.nextInt(3) == 0;
  }

  private Part spill(Part part) {
    UUID segment = uuids.get();
    write(segment, new SegmentRows(part.model(), part.rows()));
    faults.pass(Step.SPILL);
    return new Part(part.ranges(), List.of(), Optional.of(segment), part.model());
  }

  /**
   * The sealed shard; empty if nothing of it could be read.
   *
   * @throws SimulatedStore.Gone if its model is in no segment any more
   */
  Optional<SealedShard> seal(PartialShard shard) {
    Optional<ModelReference> model = shard.model();
    assertThat(shard.parts()).extracting(Part::model).containsOnly(ModelReference.id(model));
    List<RowRange> ranges = shard.parts().stream().flatMap(p -> p.ranges().stream()).toList();
    if (ranges.isEmpty()) {
      return Optional.empty();
    }
    faults.pass(Step.SEAL);
    List<UUID> segments =
        builder == IndexKind.Builder.LANCE ? List.of() : segments(shard.parts(), model);
    faults.pass(Step.SEALED);
    long rows = ranges.stream().mapToLong(RowRange::rows).sum();
    return Optional.of(
        new SealedShard(
            shard.shard().id(),
            shard.shard().version(),
            model,
            ranges,
            segments,
            new RowCounts(rows, 0, 0),
            rows));
  }

  private List<UUID> segments(List<Part> parts, Optional<ModelReference> model) {
    List<UUID> segments = new ArrayList<>();
    parts.forEach(part -> part.segment().ifPresent(segments::add));
    Contents rest = new Contents();
    parts.stream().filter(p -> p.segment().isEmpty()).forEach(p -> rest.addAll(p.rows()));
    if (!rest.isEmpty() || segments.isEmpty()) {
      if (!holds(model)) {
        throw new SimulatedStore.Gone(model.orElseThrow().segment());
      }
      UUID segment = uuids.get();
      write(segment, rest.distinctOf(ModelReference.id(model)));
      segments.add(segment);
    }
    return segments;
  }

  /** From the rows as they are in a version. */
  UnpublishedSegment build(SegmentPlan plan, SimulatedVersion version) {
    boolean isShard = plan.shards().stream().anyMatch(s -> s.isWholeIn(plan.uuid()));
    SegmentPlan target = plan;
    if (!isShard) {
      target = dataset.store.exists(plan.uuid()) ? plan.at(uuids.get()) : plan;
      if (!isOfOneLineage(plan)) {
        return rebuild(plan, version);
      }
      Contents contents = faults.call(Step.READ_INPUTS, () -> contents(plan, version));
      write(target.uuid(), contents.of(ModelReference.id(plan.model())));
    }
    faults.pass(Step.BUILT);
    long rows = dataset.store.read(target.uuid()).rows();
    return new UnpublishedSegment(new BuiltSegment(target, rows, rows), DETAILS);
  }

  /** Whether the codes of all inputs are those of the plan's model. */
  private boolean isOfOneLineage(SegmentPlan plan) {
    String model = ModelReference.id(plan.model());
    return Stream.concat(
            plan.shards().stream().flatMap(shard -> shard.segments().stream()),
            plan.absorbed().stream().map(CommittedSegment::uuid))
        .allMatch(input -> SimulatedLineage.takesCodesOf(model, dataset.store.read(input).model()));
  }

  /** Each input gives what is live in its own fragments, as two may hold the same row id. */
  private Contents contents(SegmentPlan plan, SimulatedVersion version) {
    Contents contents = new Contents();
    if (builder == IndexKind.Builder.LANCE) {
      contents.scan(version, plan.coverage());
      return contents;
    }
    for (SealedShard shard : plan.shards()) {
      Predicate<Row> kept =
          version.stable() ? SimulatedEntries.live(version, shard.fragments()) : row -> true;
      shard.segments().forEach(one -> contents.take(dataset.store.read(one), kept));
    }
    for (CommittedSegment absorbed : plan.absorbed()) {
      Coverage kept = plan.kept(absorbed).intersect(version.manifest().live());
      contents.take(dataset.store.read(absorbed.uuid()), SimulatedEntries.live(version, kept));
    }
    return contents;
  }

  /** Builds a plan's segment from its fragments, under a fresh uuid. */
  UnpublishedSegment rebuild(SegmentPlan plan, SimulatedVersion version) {
    Contents contents = new Contents();
    contents.scan(version, plan.coverage());
    UUID uuid = uuids.get();
    write(uuid, contents.distinctOf(ModelReference.id(plan.model())));
    long rows = dataset.store.read(uuid).rows();
    return new UnpublishedSegment(new BuiltSegment(plan.at(uuid), rows, rows), DETAILS);
  }

  void write(UUID uuid, SegmentRows rows) {
    faults.call(Step.WRITE_INDEX, () -> once(() -> dataset.store.begin(uuid)));
    boolean damaged = rows.damaged() || faults.corrupts();
    SegmentRows stored = new SegmentRows(rows.model(), rows.entries(), damaged);
    faults.call(Step.WRITE_CODES, () -> once(() -> dataset.store.finish(uuid, stored)));
    rowsWritten += rows.rows();
  }

  private static boolean once(Runnable write) {
    write.run();
    return true;
  }
}
