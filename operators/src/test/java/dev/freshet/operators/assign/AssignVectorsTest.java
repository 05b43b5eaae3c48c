package dev.freshet.operators.assign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.operators.TestStage;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.wire.WireKind;
import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.SealedShard;
import dev.freshet.vector.format.SegmentReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssignVectorsTest {

  @TempDir Path directory;

  @Test
  void aShardIsSealedWithItsLastTaskAlsoAcrossARestore() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_PQ, 3)) {
      ModelReference model = stream.saveModel();
      List<AssignTask> tasks =
          stream.tasks(
              model,
              List.of(
                  List.of(stream.rows(0), stream.rows(1).slice(0, 50)),
                  List.of(stream.rows(1).slice(50, 100)),
                  List.of(stream.rows(2))));
      OperatorSubtaskState snapshot;
      try (TestStage<AssignTask, SealedShard> stage = stage(stream)) {
        stage.process(tasks.get(2));
        stage.process(tasks.get(0));
        assertThat(stage.output()).isEmpty();
        snapshot = stage.snapshot();
      }
      try (TestStage<AssignTask, SealedShard> stage = stage(stream, snapshot)) {
        stage.process(tasks.get(1));
        SealedShard sealed = onlyOutput(stage);
        assertThat(sealed.shard()).isEqualTo(tasks.get(0).task().shard());
        assertThat(sealed.ranges())
            .as("in the order of the tasks")
            .isEqualTo(tasks.stream().flatMap(task -> task.task().ranges().stream()).toList());
        assertThat(sealed.rows()).isEqualTo(new RowCounts(3 * TestStream.ROWS, 0, 0));
        assertThat(stream.storedRows(sealed.segments().get(0)))
            .as("every row once, seed %s", TestStream.SEED)
            .isEqualTo(stream.rowIds(0, 1, 2));
        assertThat(sealed.bytes())
            .isEqualTo(stream.options().indexStorage().size(sealed.segments().get(0)));
        assertThat(stage.keyedStateEntries()).as("the parts are gone").isZero();
      }
    }
  }

  @Test
  void largePartsAreSpilledAndSurviveARestore() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, 3)) {
      stream.config.set(FreshetOptions.SHARD_SPILL, MemorySize.parse("5 kb"));
      ModelReference model = stream.saveModel();
      List<AssignTask> tasks =
          stream.tasks(
              model,
              List.of(
                  List.of(stream.rows(0), stream.rows(1).slice(0, 50)),
                  List.of(stream.rows(1).slice(50, 100)),
                  List.of(stream.rows(2))));
      OperatorSubtaskState snapshot;
      try (TestStage<AssignTask, SealedShard> stage = stage(stream)) {
        stage.process(tasks.get(0));
        stage.process(tasks.get(1));
        assertThat(stream.options().indexStorage().list()).as("the model and a part").hasSize(2);
        snapshot = stage.snapshot();
      }
      try (TestStage<AssignTask, SealedShard> stage = stage(stream, snapshot)) {
        stage.process(tasks.get(2));
        SealedShard sealed = onlyOutput(stage);
        assertThat(sealed.segments()).as("two large parts, and the rest").hasSize(3);
        List<Long> stored = new ArrayList<>();
        long bytes = 0;
        for (UUID segment : sealed.segments()) {
          stored.addAll(stream.storedRows(segment));
          bytes += stream.options().indexStorage().size(segment);
        }
        assertThat(stored.stream().sorted().toList())
            .as("every row once, seed %s", TestStream.SEED)
            .isEqualTo(stream.rowIds(0, 1, 2));
        assertThat(sealed.bytes()).isEqualTo(bytes);
      }
    }
  }

  /** As after a restart, when another tool has built the index anew. */
  @Test
  void aShardKeepsTheModelOfItsFirstTask() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_PQ, 2)) {
      ModelReference model = stream.saveModel();
      ModelReference other = stream.saveModel(5);
      List<AssignTask> tasks =
          stream.tasks(model, List.of(List.of(stream.rows(0)), List.of(stream.rows(1))));
      OperatorSubtaskState snapshot;
      try (TestStage<AssignTask, SealedShard> stage = stage(stream)) {
        stage.process(tasks.get(0));
        snapshot = stage.snapshot();
      }
      try (TestStage<AssignTask, SealedShard> stage = stage(stream, snapshot)) {
        stage.process(new AssignTask(tasks.get(1).task(), Optional.of(other)));
        SealedShard sealed = onlyOutput(stage);
        assertThat(sealed.model()).contains(model);
        SegmentReader segment =
            SegmentReader.open(stream.options().indexStorage(), sealed.segments().get(0));
        assertThat(segment.model().id()).isEqualTo(model.id());
        assertThat(stage.keyedStateEntries()).isZero();
      }
    }
  }

  @Test
  void shardsDoNotMix() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_PQ, 4);
        TestStage<AssignTask, SealedShard> stage = stage(stream)) {
      ModelReference model = stream.saveModel();
      List<AssignTask> first =
          stream.tasks(model, List.of(List.of(stream.rows(0)), List.of(stream.rows(1))));
      List<AssignTask> second =
          stream.tasks(model, List.of(List.of(stream.rows(2)), List.of(stream.rows(3))));
      for (AssignTask task :
          Stream.of(first.get(0), second.get(0), second.get(1), first.get(1)).toList()) {
        stage.process(task);
      }
      assertThat(stage.output())
          .extracting(shard -> shard.fragments().toList())
          .containsExactly(List.of(2, 3), List.of(0, 1));
    }
  }

  @Test
  void aShardOfOneTaskKeepsNoState() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, 2)) {
      ModelReference model = stream.saveModel();
      try (TestStage<AssignTask, SealedShard> stage = stage(stream)) {
        List<RowRange> ranges = List.of(stream.rows(0), stream.rows(1));
        stage.process(stream.tasks(model, List.of(ranges)).get(0));
        SealedShard sealed = onlyOutput(stage);
        assertThat(stream.storedRows(sealed.segments().get(0))).isEqualTo(stream.rowIds(0, 1));
        assertThat(stage.keyedStateEntries()).isZero();
      }
    }
  }

  @Test
  void aFragmentThatCannotBeReadIsLeftOut() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, 3)) {
      ModelReference model = stream.saveModel();
      List<AssignTask> tasks =
          stream.tasks(
              model, List.of(List.of(stream.rows(0), stream.rows(1)), List.of(stream.rows(2))));
      stream.dataset.dropFiles(1);
      try (TestStage<AssignTask, SealedShard> stage = stage(stream)) {
        stage.process(tasks.get(0));
        stage.process(tasks.get(1));
        SealedShard sealed = onlyOutput(stage);
        assertThat(sealed.fragments().toList()).containsExactly(0, 2);
        assertThat(sealed.rows().encoded()).isEqualTo(2 * TestStream.ROWS);
        assertThat(stream.storedRows(sealed.segments().get(0))).isEqualTo(stream.rowIds(0, 2));
      }
    }
  }

  @Test
  void aShardWithoutAReadableFragmentIsNotSealed() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, 2)) {
      ModelReference model = stream.saveModel();
      AssignTask task = stream.tasks(model, List.of(List.of(stream.rows(1)))).get(0);
      stream.dataset.dropFiles(1);
      try (TestStage<AssignTask, SealedShard> stage = stage(stream)) {
        stage.process(task);
        assertThat(stage.output()).isEmpty();
      }
    }
  }

  @Test
  void nothingIsReadWhereLanceBuilds() throws Exception {
    try (TestStream stream = TestStream.create(directory.resolve("t"), IndexType.IVF_RQ, 1)) {
      ModelReference model = stream.saveModel();
      AssignTask task = stream.tasks(model, List.of(List.of(stream.rows(0)))).get(0);
      stream.dataset.dropFiles(0);
      try (TestStage<AssignTask, SealedShard> stage = stage(stream)) {
        stage.process(task);
        SealedShard sealed = onlyOutput(stage);
        assertThat(sealed.segments()).isEmpty();
        assertThat(sealed.bytes()).isZero();
        assertThat(sealed.rows()).isEqualTo(new RowCounts(TestStream.ROWS, 0, 0));
      }
    }
  }

  private static SealedShard onlyOutput(TestStage<AssignTask, SealedShard> stage) {
    assertThat(stage.output()).hasSize(1);
    return stage.output().get(0);
  }

  private static TestStage<AssignTask, SealedShard> stage(
      TestStream stream, OperatorSubtaskState... snapshot) throws Exception {
    return TestStage.keyed(
        new AssignVectors(stream.config),
        new ShardKeySelector(128),
        WireKind.SEALED_SHARD,
        SealedShard.class,
        snapshot);
  }
}
