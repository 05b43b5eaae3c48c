package dev.freshet.state.serde;

import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.BuiltSegment;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.ShardTask;
import dev.freshet.state.planning.InFlight;
import dev.freshet.state.planning.UnpublishedPlans;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Random valid values of each type. */
final class RandomValues {

  private final Random random;

  RandomValues(Random random) {
    this.random = random;
  }

  <T> List<T> listOf(int least, Supplier<T> element) {
    return Stream.generate(element).limit(least + random.nextInt(4)).toList();
  }

  ModelReference model() {
    return new ModelReference("m" + text(), uuid());
  }

  private Optional<ModelReference> optionalModel() {
    return random.nextInt(3) == 0 ? Optional.empty() : Optional.of(model());
  }

  ShardTask task() {
    int count = 1 + random.nextInt(1 << random.nextInt(20));
    return new ShardTask(
        text(), number(), random.nextInt(count), count, listOf(1, () -> range(random.nextInt(9))));
  }

  AssignTask assign() {
    return new AssignTask(task(), optionalModel());
  }

  SealedShard shard() {
    return shard(optionalModel(), 1_000_000 + random.nextInt(1_000_000));
  }

  private SealedShard shard(Optional<ModelReference> model, int fragment) {
    return new SealedShard(
        text(),
        number(),
        model,
        listOf(1, () -> range(fragment)),
        listOf(0, this::uuid),
        new RowCounts(number(), number(), number()),
        number());
  }

  SegmentPlan plan() {
    Optional<ModelReference> model = optionalModel();
    List<SealedShard> shards = listOf(1, () -> shard(model, 1_000_000 + random.nextInt(1_000_000)));
    List<CommittedSegment> absorbed = listOf(0, () -> new CommittedSegment(uuid(), coverage()));
    Coverage old = Coverage.union(absorbed.stream().map(CommittedSegment::coverage));
    Coverage kept = Coverage.of(old.stream().filter(fragment -> random.nextBoolean()));
    Coverage fresh = Coverage.union(shards.stream().map(SealedShard::fragments));
    return new SegmentPlan(uuid(), model, shards, absorbed, fresh.union(kept), number());
  }

  BuiltSegment built() {
    return new BuiltSegment(plan(), number(), number());
  }

  CompactionGroup group() {
    return new CompactionGroup(number() + 1, coverage(), number() + 1);
  }

  InFlight inFlight() {
    return new InFlight(
        listOf(
            0,
            () ->
                new InFlight.HandedOut(
                    text(),
                    listOf(1, () -> range(random.nextInt(99))),
                    number() + 1,
                    number(),
                    instant(),
                    instant())));
  }

  UnpublishedPlans unpublished() {
    return new UnpublishedPlans(listOf(0, () -> new UnpublishedPlans.Pending(plan(), instant())));
  }

  private RowRange range(int fragment) {
    long offset = number() / 4;
    long rows = number() / 4 + 1;
    return new RowRange(fragment, offset, rows, offset + rows + number() / 4, random.nextLong());
  }

  private Coverage coverage() {
    int spread = 1 << (4 + random.nextInt(15));
    return Coverage.of(random.ints(1 + random.nextInt(20), 0, spread));
  }

  /** Any magnitude, so that varints of all lengths occur. */
  private long number() {
    return random.nextLong() >>> (2 + random.nextInt(62));
  }

  private String text() {
    return random
        .ints(random.nextInt(12), 0, 0x1F600)
        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private UUID uuid() {
    return new UUID(random.nextLong(), random.nextLong());
  }

  private Instant instant() {
    return Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
  }
}
