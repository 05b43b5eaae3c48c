package dev.freshet.operators.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.TestVectors;
import dev.freshet.operators.TestStage;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.quarantine.Attempts;
import dev.freshet.operators.wire.WireKind;
import dev.freshet.operators.wire.Work;
import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.ShardTask;
import dev.freshet.vector.quantizer.IvfModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table whose rows are indexed gets rows of other clusters. */
class ModelFollowerTest {

  private static final int DIMENSION = 8;
  private static final int CLUSTERS = 8;

  @TempDir Path directory;

  private TestStream stream;
  private ModelReference first;

  @BeforeEach
  void indexTable() throws Exception {
    stream = TestStream.create(directory.resolve("t"), IndexType.IVF_FLAT, 4);
    stream.config.set(FreshetOptions.INDEX_PARTITIONS, CLUSTERS);
    try (TestStage<Work, AssignTask> stage = stage()) {
      stage.process(index(0));
      first = modelOf(stage, 0);
    }
    TestSegments.publish(
        stream.dataset,
        TestSegments.build(stream.dataset, content(first), Coverage.of(0, 1, 2, 3)));
  }

  @AfterEach
  void closeTable() {
    stream.close();
  }

  @Test
  void growsForStrangeRowsAndThenCodesThemWell() throws Exception {
    append(50, 300, 150);
    try (TestStage<Work, AssignTask> stage = stage()) {
      stage.process(index(4));
      stage.process(index(5));
      IvfModel grown = content(modelOf(stage, 0));
      assertThat(grown.partitions()).isGreaterThan(CLUSTERS);
      assertThat(grown.hasGrownFrom(content(first))).isTrue();
      assertThat(modelOf(stage, 1)).as("once").isEqualTo(modelOf(stage, 0));
      assertThat(errors().find(grown.id())).isEqualTo(errors().find(first.id()));
    }
  }

  /** What is kept of it tells whoever sees both whose place it takes. */
  @Test
  void aModelThatHasGrownAsFarAsItMayGivesWayToAnother() throws Exception {
    try (TestStage<Work, AssignTask> stage = stage()) {
      IvfModel last = content(first);
      for (int step = 0; last.origin().equals(content(first).origin()); step++) {
        assertThat(last.partitions()).isLessThanOrEqualTo(8 * CLUSTERS);
        assertThat(step).isLessThan(100);
        append(50 + 150 * step, 150, 150);
        stage.process(index(4 + step));
        last = content(modelOf(stage, step));
      }
      assertThat(last.partitions()).isEqualTo(CLUSTERS);
      assertThat(Successions.of(stream.options()).replacedBy(last.origin()))
          .containsExactly(content(first).origin());
    }
  }

  /** What took the place of others stays until a quarter of the rows came after it. */
  @Test
  void aModelDoesNotGiveWayBeforeTheTableHasChanged() throws Exception {
    String origin = content(first).origin();
    Successions.of(stream.options()).put(origin, 1000, Set.of("another"));
    try (TestStage<Work, AssignTask> stage = stage()) {
      IvfModel last = content(first);
      for (int step = 0; last.partitions() < 5 * CLUSTERS; step++) {
        assertThat(step).isLessThan(100);
        append(50 + 150 * step, 150, 150);
        stage.process(index(4 + step));
        last = content(modelOf(stage, step));
        assertThat(last.origin()).isEqualTo(origin);
      }
    }
  }

  /** Nothing has drifted: one row in ten was strange before, too. */
  @Test
  void growsOnlyIfStrangeRowsAreMoreFrequentThanBefore() throws Exception {
    append(50, 66, 66);
    TestSegments.publish(
        stream.dataset, TestSegments.build(stream.dataset, content(first), Coverage.of(4)));
    try (TestStage<Work, AssignTask> stage = stage()) {
      for (int shard = 0; shard < 4; shard++) {
        appendWithTenthStrange();
        stage.process(index(5 + shard));
        assertThat(modelOf(stage, shard).id()).isEqualTo(first.id());
      }
      append(50, 150, 150);
      stage.process(index(9));
      assertThat(modelOf(stage, 4).id()).isNotEqualTo(first.id());
    }
  }

  private void appendWithTenthStrange() {
    float[] values =
        TestVectors.clustered(150, DIMENSION, CLUSTERS, TestStream.SEED).values().clone();
    for (int row = 0; row < 150; row += 10) {
      for (int d = 0; d < DIMENSION; d++) {
        values[row * DIMENSION + d] += 50;
      }
    }
    stream.dataset.append(TestVectors.of(DIMENSION, values), 150);
  }

  /** Others may have chosen more partitions than this table would get here. */
  @Test
  void aModelOfManyPartitionsStillGrows() throws Exception {
    stream.config.set(FreshetOptions.INDEX_PARTITIONS, 1);
    append(50, 150, 150);
    try (TestStage<Work, AssignTask> stage = stage()) {
      stage.process(index(4));
      assertThat(content(modelOf(stage, 0)).hasGrownFrom(content(first))).isTrue();
      assertThat(modelOf(stage, 0).id()).isNotEqualTo(first.id());
    }
  }

  /** Its rows are all rows of the index, however few it has encoded. */
  @Test
  void anotherJobAdoptsWhatTookTheModelsPlace() throws Exception {
    TestVectors others = TestVectors.clustered(150, DIMENSION, CLUSTERS, TestStream.SEED + 2);
    IvfModel heir = TestModels.of(others, IndexType.IVF_FLAT, Metric.L2, CLUSTERS);
    Successions.of(stream.options()).put(heir.origin(), 3, Set.of(content(first).origin()));
    append(50, 150, 150);
    TestSegments.publish(stream.dataset, TestSegments.build(stream.dataset, heir, Coverage.of(4)));
    append(50, 20, 20);
    stream.config.set(FreshetOptions.MODEL_FOLLOW, false);
    try (TestStage<Work, AssignTask> stage = stage()) {
      stage.process(index(5));
      assertThat(modelOf(stage, 0).id()).isEqualTo(heir.id());
    }
  }

  @Test
  void leavesTheModelForRowsLikeThoseBefore() throws Exception {
    stream.dataset.append(TestVectors.clustered(300, DIMENSION, CLUSTERS, TestStream.SEED), 150);
    try (TestStage<Work, AssignTask> stage = stage()) {
      stage.process(index(4));
      stage.process(index(5));
      assertThat(modelOf(stage, 0).id()).isEqualTo(first.id());
      assertThat(modelOf(stage, 1).id()).isEqualTo(first.id());
    }
  }

  @Test
  void doesNotFollowIfItIsNotAskedTo() throws Exception {
    stream.config.set(FreshetOptions.MODEL_FOLLOW, false);
    append(50, 150, 150);
    try (TestStage<Work, AssignTask> stage = stage()) {
      stage.process(index(4));
      assertThat(modelOf(stage, 0).id()).isEqualTo(first.id());
    }
  }

  /** Five rows of one append are too few, twenty of four are not. */
  @Test
  void strangersOfSmallAppendsAddUp() throws Exception {
    append(50, 20, 5);
    try (TestStage<Work, AssignTask> stage = stage()) {
      IntStream.range(4, 8).forEach(fragment -> process(stage, fragment));
      assertThat(IntStream.range(0, 3).mapToObj(task -> modelOf(stage, task).id()))
          .containsOnly(first.id());
      assertThat(content(modelOf(stage, 3)).hasGrownFrom(content(first))).isTrue();
      assertThat(modelOf(stage, 3).id()).isNotEqualTo(first.id());
    }
  }

  /** Nothing of the grown model is committed yet when the job starts again. */
  @Test
  void keepsWhatItGrewToAcrossARestore() throws Exception {
    append(50, 300, 150);
    OperatorSubtaskState snapshot;
    ModelReference grown;
    try (TestStage<Work, AssignTask> stage = stage()) {
      stage.process(index(4));
      grown = modelOf(stage, 0);
      snapshot = stage.snapshot();
    }
    try (TestStage<Work, AssignTask> stage = stage(snapshot)) {
      stage.process(index(5));
      assertThat(modelOf(stage, 0)).isEqualTo(grown);
    }
  }

  /** Rows of the first model count for the grown one, however few rows that has encoded. */
  @Test
  void anotherJobAdoptsWhatTheModelGrewTo() throws Exception {
    append(50, 300, 150);
    ModelReference grown;
    try (TestStage<Work, AssignTask> stage = stage()) {
      stage.process(index(4));
      grown = modelOf(stage, 0);
    }
    TestSegments.publish(
        stream.dataset, TestSegments.build(stream.dataset, content(grown), Coverage.of(4)));
    try (TestStage<Work, AssignTask> stage = stage()) {
      stage.process(index(5));
      assertThat(modelOf(stage, 0).id()).isEqualTo(grown.id());
    }
  }

  @Test
  void onlyTheFirstTaskOfAShardIsLookedAt() throws Exception {
    append(50, 150, 150);
    try (TestStage<Work, AssignTask> stage = stage()) {
      stage.process(new Work.Index(task(4, 1, 2)));
      assertThat(modelOf(stage, 0).id()).isEqualTo(first.id());
      stage.process(new Work.Index(task(4, 0, 2)));
      assertThat(modelOf(stage, 1).id()).isNotEqualTo(first.id());
    }
  }

  @Test
  void rowsThatCannotBeReadAreLeftToTheirEncoder() throws Exception {
    append(50, 300, 150);
    stream.dataset.dropFiles(4);
    try (TestStage<Work, AssignTask> stage = stage()) {
      stage.process(index(4));
      assertThat(modelOf(stage, 0).id()).isEqualTo(first.id());
      stage.process(index(5));
      assertThat(modelOf(stage, 1).id()).isNotEqualTo(first.id());
    }
  }

  /** It may have died of rows that were looked at. */
  @Test
  void nothingIsLookedAtAfterAProcessHasDied() throws Exception {
    append(50, 300, 150);
    Attempts died = Attempts.open(stream.files(), stream.options().index().name(), "follow-0");
    assertThat(died.cautious()).isFalse();
    try (TestStage<Work, AssignTask> stage = stage()) {
      stage.process(index(4));
      assertThat(modelOf(stage, 0).id()).isEqualTo(first.id());
    }
    try (TestStage<Work, AssignTask> stage = stage()) {
      stage.process(index(5));
      assertThat(modelOf(stage, 0).id()).as("that one ended well").isNotEqualTo(first.id());
    }
  }

  private void append(float away, int rows, int rowsPerFragment) {
    float[] values =
        TestVectors.clustered(rows, DIMENSION, 2, TestStream.SEED + 1).values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += away;
    }
    stream.dataset.append(TestVectors.of(DIMENSION, values), rowsPerFragment);
  }

  private ModelErrors errors() {
    return ModelErrors.of(stream.options());
  }

  private IvfModel content(ModelReference model) throws Exception {
    return stream.models().load(model);
  }

  private static ModelReference modelOf(TestStage<Work, AssignTask> stage, int output) {
    return stage.output().get(output).model().orElseThrow();
  }

  private void process(TestStage<Work, AssignTask> stage, int fragment) {
    try {
      stage.process(index(fragment));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private Work index(int fragment) {
    return new Work.Index(task(fragment, 0, 1));
  }

  private ShardTask task(int fragment, int number, int count) {
    long version = stream.manifest().version();
    return new ShardTask(
        version + "-" + fragment, version, number, count, List.of(stream.rows(fragment)));
  }

  private TestStage<Work, AssignTask> stage(OperatorSubtaskState... snapshot) throws Exception {
    return TestStage.plain(
        new TrainModel(stream.config), WireKind.ASSIGN_TASK, AssignTask.class, snapshot);
  }
}
