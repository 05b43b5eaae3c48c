package dev.freshet.operators.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.operators.TestStage;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.wire.WireKind;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanSegmentsTest {

  /** A quarter of the default freshness. */
  private static final long WINDOW = 250;

  private static final ModelReference MODEL = new ModelReference("m", new UUID(7, 7));

  @TempDir Path directory;

  private TestStream stream;
  private int sealed;

  @BeforeEach
  void createDataset() {
    stream = TestStream.create(directory.resolve("t"), IndexType.IVF_PQ, 4);
  }

  @AfterEach
  void closeDataset() {
    stream.close();
  }

  @Test
  void aWindowClosesByTime() throws Exception {
    try (TestStage<SealedShard, SegmentPlan> stage = stage()) {
      stage.setProcessingTime(1_000);
      SealedShard first = shard(0);
      stage.process(first);
      stage.setProcessingTime(1_100);
      SealedShard second = shard(1, 2);
      stage.process(second);
      stage.setProcessingTime(1_000 + WINDOW - 1);
      assertThat(stage.output()).isEmpty();
      stage.setProcessingTime(1_000 + WINDOW);
      SegmentPlan plan = onlyPlan(stage);
      assertThat(plan.shards()).containsExactly(first, second);
      assertThat(plan.coverage()).isEqualTo(Coverage.of(0, 1, 2));

      stage.process(shard(3));
      stage.setProcessingTime(1_000 + 2 * WINDOW);
      assertThat(stage.output()).as("the next window").hasSize(2);
    }
  }

  @Test
  void aWindowClosesByRows() throws Exception {
    stream.config.set(FreshetOptions.SEGMENT_ROWS, 2L * TestStream.ROWS);
    try (TestStage<SealedShard, SegmentPlan> stage = stage()) {
      stage.process(shard(0));
      assertThat(stage.output()).isEmpty();
      stage.process(shard(1));
      assertThat(onlyPlan(stage).coverage()).isEqualTo(Coverage.of(0, 1));
      stage.process(shard(2));
      assertThat(stage.output()).as("the rows are counted anew").hasSize(1);
    }
  }

  /** A segment that a plan is to replace is claimed, so another plan would make a second one. */
  @Test
  void anIndexOfOneSegmentHasOnePlanAtATime() throws Exception {
    stream.config.set(FreshetOptions.INDEX_TYPE, "INVERTED");
    stream.config.set(FreshetOptions.SEGMENT_ROWS, 1L);
    stream.config.removeConfig(FreshetOptions.INDEX_PARTITIONS);
    try (TestStage<SealedShard, SegmentPlan> stage = stage()) {
      stage.process(shard(0));
      stage.setProcessingTime(WINDOW);
      assertThat(onlyPlan(stage).coverage()).isEqualTo(Coverage.of(0));
      stage.process(shard(1));
      stage.setProcessingTime(100 * WINDOW);
      assertThat(stage.output()).as("while the first is under way").hasSize(1);
    }
  }

  /** What was lost with a process is waited for as long as anything else, and no longer. */
  @Test
  void afterARestoreAPlanIsForgottenInTheEnd() throws Exception {
    stream.config.set(FreshetOptions.INDEX_TYPE, "INVERTED");
    stream.config.set(FreshetOptions.STALL_TIMEOUT, Duration.ofMillis(500));
    stream.config.removeConfig(FreshetOptions.INDEX_PARTITIONS);
    OperatorSubtaskState snapshot;
    try (TestStage<SealedShard, SegmentPlan> stage = stage()) {
      stage.process(shard(0));
      stage.setProcessingTime(WINDOW);
      assertThat(stage.output()).hasSize(1);
      snapshot = stage.snapshot();
    }
    try (TestStage<SealedShard, SegmentPlan> stage = stage(snapshot)) {
      stage.process(shard(1));
      stage.setProcessingTime(100 * WINDOW);
      assertThat(stage.output()).as("it may still be published").isEmpty();
      Thread.sleep(600);
      stage.setProcessingTime(200 * WINDOW);
      assertThat(onlyPlan(stage).coverage()).isEqualTo(Coverage.of(1));
    }
  }

  @Test
  void aWindowClosesWithTheInput() throws Exception {
    stream.config.set(FreshetOptions.ONCE, true);
    try (TestStage<SealedShard, SegmentPlan> stage = stage()) {
      stage.process(shard(0));
      stage.process(shard(1));
      stage.setProcessingTime(100 * WINDOW);
      assertThat(stage.output()).as("no clock where the input ends").isEmpty();
      stage.endInput();
      assertThat(onlyPlan(stage).coverage()).isEqualTo(Coverage.of(0, 1));
    }
  }

  @Test
  void aWholeShardIsPlannedUnderItsOwnUuid() throws Exception {
    try (TestStage<SealedShard, SegmentPlan> stage = stage()) {
      SealedShard only = shard(0, 1, 2, 3);
      stage.process(only);
      stage.setProcessingTime(WINDOW);
      assertThat(onlyPlan(stage).uuid()).isEqualTo(only.segments().get(0));
    }
  }

  @Test
  void aSnapshotKeepsTheWindow() throws Exception {
    SealedShard first = shard(0);
    OperatorSubtaskState snapshot;
    try (TestStage<SealedShard, SegmentPlan> stage = stage()) {
      stage.process(first);
      snapshot = stage.snapshot();
    }
    try (TestStage<SealedShard, SegmentPlan> stage = stage(snapshot)) {
      SealedShard second = shard(1);
      stage.process(second);
      stage.setProcessingTime(WINDOW);
      assertThat(onlyPlan(stage).shards()).containsExactly(first, second);
    }
  }

  @Test
  void partsOfASplitFragmentWaitForEachOther() throws Exception {
    SealedShard first = part(0, 0, 50);
    OperatorSubtaskState snapshot;
    try (TestStage<SealedShard, SegmentPlan> stage = stage()) {
      stage.process(first);
      stage.process(shard(1));
      stage.setProcessingTime(WINDOW);
      assertThat(onlyPlan(stage).coverage()).as("without the part").isEqualTo(Coverage.of(1));
      snapshot = stage.snapshot();
    }
    try (TestStage<SealedShard, SegmentPlan> stage = stage(snapshot)) {
      SealedShard second = part(0, 50, TestStream.ROWS - 50);
      stage.process(second);
      stage.setProcessingTime(3 * WINDOW);
      SegmentPlan plan = onlyPlan(stage);
      assertThat(plan.shards()).containsExactly(first, second);
      assertThat(plan.coverage()).isEqualTo(Coverage.of(0));
    }
  }

  @Test
  void whatIsPlannedOnceIsNotPlannedAgain() throws Exception {
    SealedShard again = shard(0);
    OperatorSubtaskState snapshot;
    try (TestStage<SealedShard, SegmentPlan> stage = stage()) {
      stage.process(shard(0));
      stage.setProcessingTime(WINDOW);
      assertThat(stage.output()).hasSize(1);
      snapshot = stage.snapshot();
    }
    try (TestStage<SealedShard, SegmentPlan> stage = stage(snapshot)) {
      stage.process(again);
      stage.setProcessingTime(3 * WINDOW);
      assertThat(stage.output()).as("claimed by the plan that is not published yet").isEmpty();
    }
  }

  @Test
  void coveredAndForeignFragmentsAreDropped() throws Exception {
    TestSegments.publish(
        stream.dataset,
        TestSegments.build(
            stream.dataset,
            TestModels.of(stream.vectors, IndexType.IVF_PQ, Metric.L2, 4),
            Coverage.of(0)));
    try (TestStage<SealedShard, SegmentPlan> stage = stage()) {
      stage.process(shard(0));
      stage.process(sealed(List.of(new RowRange(99, 0, 10, 10))));
      stage.setProcessingTime(WINDOW);
      assertThat(stage.output()).isEmpty();
      assertThat(stage.keyedStateEntries())
          .as("no shard waits: only the empty ledger")
          .isLessThan(2);
    }
  }

  private TestStage<SealedShard, SegmentPlan> stage(OperatorSubtaskState... snapshot)
      throws Exception {
    return TestStage.keyed(
        new PlanSegments(stream.config),
        shard -> "vec_idx",
        WireKind.SEGMENT_PLAN,
        SegmentPlan.class,
        snapshot);
  }

  private static SegmentPlan onlyPlan(TestStage<SealedShard, SegmentPlan> stage) {
    assertThat(stage.output()).hasSize(1);
    return stage.output().get(0);
  }

  private SealedShard shard(int... fragments) {
    return sealed(Arrays.stream(fragments).mapToObj(fragment -> stream.rows(fragment)).toList());
  }

  private SealedShard part(int fragment, long offset, long rows) {
    return sealed(List.of(stream.rows(fragment).slice(offset, rows)));
  }

  /** The segment need not be there: planning does not open it. */
  private SealedShard sealed(List<RowRange> ranges) {
    long rows = ranges.stream().mapToLong(RowRange::rows).sum();
    return new SealedShard(
        "1-" + sealed++,
        1,
        Optional.of(MODEL),
        ranges,
        List.of(new UUID(1, sealed)),
        new RowCounts(rows, 0, 0),
        rows);
  }
}
