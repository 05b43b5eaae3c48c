package dev.freshet.operators.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.operators.TestOptions;
import dev.freshet.operators.TestStage;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.wire.WireKind;
import dev.freshet.operators.wire.Work;
import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.ShardTask;
import dev.freshet.vector.quantizer.IvfModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainModelTest {

  @TempDir Path directory;

  private TestStream stream;

  @BeforeEach
  void createDataset() {
    stream = TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, 4);
    stream.config.set(FreshetOptions.MODEL_FOLLOW, false);
  }

  @AfterEach
  void closeDataset() {
    stream.close();
  }

  @Test
  void trainsOnce() throws Exception {
    try (TestStage<Work, AssignTask> stage = stage()) {
      stage.process(index(1, 0));
      stage.process(index(1, 1));
      stage.process(index(2, 2));
      assertThat(stage.output())
          .extracting(AssignTask::task)
          .containsExactly(task(1, 0), task(1, 1), task(2, 2));
      assertThat(stage.output())
          .extracting(AssignTask::model)
          .containsOnly(Optional.of(modelOf(stage, 0)));
      assertThat(segments()).as("one model").containsExactly(modelOf(stage, 0).segment());
      IvfModel model = stream.models().load(modelOf(stage, 0));
      assertThat(model.type()).isEqualTo(IndexType.IVF_FLAT);
      assertThat(model.partitions()).isEqualTo(4);
      assertThat(errors().find(model.id()).getAsDouble())
          .as("how well it fits what it was trained on")
          .isPositive();
    }
  }

  @Test
  void keepsTheModelAcrossARestore() throws Exception {
    OperatorSubtaskState snapshot;
    ModelReference trained;
    try (TestStage<Work, AssignTask> stage = stage()) {
      stage.process(index(1, 0));
      trained = modelOf(stage, 0);
      snapshot = stage.snapshot();
    }
    try (TestStage<Work, AssignTask> stage = stage(snapshot)) {
      stage.process(index(2, 1));
      assertThat(modelOf(stage, 0)).isEqualTo(trained);
      assertThat(segments()).hasSize(1);
    }
  }

  @Test
  void trainsAnotherWhenItsModelIsGone() throws Exception {
    OperatorSubtaskState snapshot;
    ModelReference trained;
    try (TestStage<Work, AssignTask> stage = stage()) {
      stage.process(index(1, 0));
      trained = modelOf(stage, 0);
      snapshot = stage.snapshot();
    }
    stream.options().indexStorage().delete(trained.segment());
    try (TestStage<Work, AssignTask> stage = stage(snapshot)) {
      stage.process(index(2, 1));
      assertThat(modelOf(stage, 0).segment()).isNotEqualTo(trained.segment());
      assertThat(segments()).containsExactly(modelOf(stage, 0).segment());
    }
  }

  @Test
  void adoptsTheModelOfTheIndex() throws Exception {
    IvfModel model = TestModels.of(stream.vectors, IndexType.IVF_FLAT, Metric.L2, 7);
    SegmentRegistration small = publish(model, 0);
    SegmentRegistration large = publish(model, 1, 2);
    try (TestStage<Work, AssignTask> stage = stage()) {
      stage.process(index(3, 3));
      assertThat(modelOf(stage, 0)).isEqualTo(new ModelReference(model.id(), large.uuid()));
      assertThat(segments())
          .as("nothing is trained")
          .containsExactlyInAnyOrder(small.uuid(), large.uuid());
      assertThat(errors().find(model.id()).getAsDouble()).isPositive();
    }
  }

  @Test
  void theIndexDecidesOverAModelThatWasTrained() throws Exception {
    try (TestStage<Work, AssignTask> stage = stage()) {
      stage.process(index(1, 0));
      IvfModel other = TestModels.of(stream.vectors, IndexType.IVF_FLAT, Metric.L2, 7);
      SegmentRegistration published = publish(other, 0);
      stage.process(index(stream.manifest().version(), 1));
      assertThat(modelOf(stage, 1)).isEqualTo(new ModelReference(other.id(), published.uuid()));
    }
  }

  @Test
  void anErrorThatIsKnownIsNotMeasuredAgain() throws Exception {
    IvfModel model = TestModels.of(stream.vectors, IndexType.IVF_FLAT, Metric.L2, 7);
    publish(model, 0);
    errors().put(model.id(), 17);
    try (TestStage<Work, AssignTask> stage = stage()) {
      stage.process(index(3, 3));
    }
    assertThat(errors().find(model.id())).hasValue(17);
  }

  private ModelErrors errors() {
    return ModelErrors.of(stream.options());
  }

  @Test
  void followsTheIndexToTheModelOfMostRows() throws Exception {
    IvfModel before = TestModels.of(stream.vectors, IndexType.IVF_FLAT, Metric.L2, 4);
    IvfModel after = TestModels.of(stream.vectors, IndexType.IVF_FLAT, Metric.L2, 7);
    publish(before, 0);
    try (TestStage<Work, AssignTask> stage = stage()) {
      stage.process(index(2, 3));
      publish(after, 1);
      stage.process(index(3, 3));
      publish(after, 2);
      stage.process(index(4, 3));
      publish(before, 3);
      stage.process(index(5, 3));
      assertThat(stage.output())
          .extracting(task -> task.model().orElseThrow().id())
          .containsExactly(before.id(), before.id(), after.id(), after.id());
    }
  }

  @Test
  void tooFewFiniteVectorsAreLeft() throws Exception {
    stream.config.set(FreshetOptions.INDEX_PARTITIONS, 601);
    try (TestStage<Work, AssignTask> stage = stage()) {
      stage.process(index(1, 0));
      assertThat(stage.output()).isEmpty();
      assertThat(segments()).isEmpty();
      assertThat(stage.snapshot()).as("no model to keep").isNotNull();
    }
  }

  @Test
  void onlyFiniteVectorsTrain() throws Exception {
    float[] values = TestVectors.clustered(400, 8, 4, TestStream.SEED).values().clone();
    for (int row = 0; row < 150; row++) {
      values[row * 8 + row % 8] = row % 2 == 0 ? Float.NaN : Float.POSITIVE_INFINITY;
    }
    try (TestDataset dataset =
            TestDataset.of(directory.resolve("nan"), TestVectors.of(8, values), 400);
        TestStage<Work, AssignTask> stage =
            TestStage.plain(
                new TrainModel(TestOptions.config(dataset.location().uri())),
                WireKind.ASSIGN_TASK,
                AssignTask.class)) {
      Work all =
          new Work.Index(new ShardTask("1-0", 1, 0, 1, List.of(new RowRange(0, 0, 400, 400))));
      stage.process(all);
      assertThat(stage.output()).as("250 finite vectors of 256").isEmpty();
      dataset.append(TestVectors.clustered(6, 8, 4, TestStream.SEED), 400);
      stage.process(all);
      assertThat(stage.output()).as("256 finite vectors").hasSize(1);
    }
  }

  @Test
  void compactionsGoAside() throws Exception {
    CompactionGroup group = new CompactionGroup(1, Coverage.of(0, 1), 1000);
    try (TestStage<Work, AssignTask> stage = stage()) {
      stage.process(new Work.Compact(group));
      assertThat(stage.output()).isEmpty();
      assertThat(stage.sideOutput(TrainModel.COMPACTIONS)).containsExactly(group);
      assertThat(segments()).as("nothing is trained for it").isEmpty();
    }
  }

  private TestStage<Work, AssignTask> stage(OperatorSubtaskState... snapshot) throws Exception {
    return TestStage.plain(
        new TrainModel(stream.config), WireKind.ASSIGN_TASK, AssignTask.class, snapshot);
  }

  private static ModelReference modelOf(TestStage<Work, AssignTask> stage, int output) {
    return stage.output().get(output).model().orElseThrow();
  }

  private SegmentRegistration publish(IvfModel model, int... fragments) {
    SegmentRegistration segment = TestSegments.build(stream.dataset, model, Coverage.of(fragments));
    TestSegments.publish(stream.dataset, segment);
    return segment;
  }

  private List<UUID> segments() throws Exception {
    return stream.options().indexStorage().list();
  }

  private Work index(long version, int fragment) {
    return new Work.Index(task(version, fragment));
  }

  private ShardTask task(long version, int fragment) {
    return new ShardTask(version + "-" + fragment, version, 0, 1, List.of(stream.rows(fragment)));
  }
}
