package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.report.DatasetStatus;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.dataset.LocalDatasetFiles;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.train.ModelErrors;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.IvfModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs over tables whose rows drift, with the model that grows and without. */
class FollowITCase {

  private static final long SEED = 71;
  private static final int DIMENSION = 16;
  private static final int ROWS = 1500;
  private static final int TOPICS = 6;
  private static final int STEPS = 3;
  private static final int MOST_STEPS = 12;

  /** Codes of 256 entries that were trained on so few rows fit these better than any others. */
  private static final double FEW_TRAINED = 2;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void rowsOfOtherClustersAreCodedAsWellAsTheFirst() throws Exception {
    Configuration follow = once("follow", IndexType.IVF_PQ, Metric.COSINE);
    Configuration frozen = once("frozen", IndexType.IVF_PQ, Metric.COSINE);
    frozen.set(FreshetOptions.MODEL_FOLLOW, false);
    double followed = recallAfterDrift("follow", follow);
    double left = recallAfterDrift("frozen", frozen);

    assertThat(status("frozen", frozen).codeError())
        .isGreaterThan(ModelErrors.DRIFTED)
        .isGreaterThan(5 * status("follow", follow).codeError());
    assertThat(followed).isGreaterThanOrEqualTo(left);
    assertThat(models(frozen)).hasSize(1);
    assertThat(models(follow)).hasSizeBetween(2, STEPS + 1);
  }

  /** Segments of all models that grew from one become one, as those of one model do. */
  @Test
  void segmentsOfGrownModelsAreMerged() throws Exception {
    Configuration once = once("merged", IndexType.IVF_PQ, Metric.L2);
    once.set(FreshetOptions.SEGMENTS_PER_TIER, 2);
    recallAfterDrift("merged", once);
    try (TestIndex index = new TestIndex(once)) {
      assertThat(index.segments()).hasSizeLessThan(STEPS);
      IvfModel model = index.description().model();
      assertThat(model.partitions()).isGreaterThan(TestIndex.PARTITIONS);
    }
    // the options that made it start it again, though it has more partitions now
    TestJob.run(once, directory.resolve("checkpoints"));
  }

  @Test
  void streamsWithoutStateFollowOneAfterTheOther() throws Exception {
    Configuration stream =
        TestIndex.stream(directory.resolve("stream"), IndexType.IVF_PQ, Metric.L2);
    try (VectorTable table = VectorTable.create(directory.resolve("stream").toString(), DIMENSION);
        TestIndex index = new TestIndex(stream)) {
      table.append(rows(0), ROWS);
      for (int step = 1; step <= STEPS; step++) {
        try (TestJob job = TestJob.start(stream, directory.resolve("checkpoints-" + step), 2, 0)) {
          index.awaitComplete(job, PATIENCE);
          table.append(rows(step), ROWS);
          index.awaitComplete(job, PATIENCE);
          assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
        }
      }
      index.assertClean("after jobs without state");
      assertThat(status("stream", stream).codeError()).isLessThan(FEW_TRAINED);
    }
  }

  /** Topics come and go until all that are left is encoded again. */
  @Test
  void aModelThatHasGrownEnoughGivesWayToAnother() throws Exception {
    Configuration stream = TestIndex.stream(directory.resolve("anew"), IndexType.IVF_PQ, Metric.L2);
    try (VectorTable table = VectorTable.create(directory.resolve("anew").toString(), DIMENSION);
        TestIndex index = new TestIndex(stream);
        TestJob job = TestJob.start(stream, directory.resolve("checkpoints"), 2, 0)) {
      table.append(rows(0), ROWS);
      index.awaitComplete(job, PATIENCE);
      String first = index.origins().get(0);
      for (int step = 1; index.origins().contains(first); step++) {
        assertThat(step).as("steps of other topics").isLessThanOrEqualTo(MOST_STEPS);
        table.append(rows(step), ROWS);
        table.delete(VectorTable.ID + " < " + (step - 1) * ROWS);
        index.awaitComplete(job, PATIENCE);
      }
      assertThat(new HashSet<>(index.origins())).hasSize(1);
      assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
      index.assertClean("after a new model");
      assertStartsAgain(stream, index.description().model().partitions() - 1);
      assertThat(status("anew", stream).codeError()).isLessThan(FEW_TRAINED);
    }
  }

  /** Whatever number of partitions the model has by now, it was made by a stream with fewer. */
  private static void assertStartsAgain(Configuration stream, int partitions) throws Exception {
    Configuration again = new Configuration(stream);
    again.set(FreshetOptions.INDEX_PARTITIONS, partitions);
    StreamOptions options = StreamOptions.from(again);
    try (DatasetVersions versions = new DatasetVersions(options.location(), 1L << 30)) {
      assertThat(new StartChecks(options).check(versions)).isPresent();
    }
  }

  private double recallAfterDrift(String name, Configuration once) throws Exception {
    try (VectorTable table = VectorTable.create(directory.resolve(name).toString(), DIMENSION);
        TestIndex index = new TestIndex(once)) {
      for (int step = 0; step <= STEPS; step++) {
        table.append(rows(step), ROWS);
        TestJob.run(once, directory.resolve("checkpoints"));
        index.assertClean(name + " at step " + step);
      }
      return index.assertClean(name).recallAt10FullProbe();
    }
  }

  private List<String> models(Configuration once) throws Exception {
    try (TestIndex index = new TestIndex(once)) {
      return List.copyOf(new HashSet<>(index.models()));
    }
  }

  private DatasetStatus.Index status(String name, Configuration stream) throws Exception {
    DatasetLocation location = DatasetLocation.of(directory.resolve(name).toString());
    try (DatasetVersions versions = new DatasetVersions(location, 1L << 30)) {
      return DatasetStatus.of(
              versions,
              StreamOptions.from(stream).indexStorage(),
              new LocalDatasetFiles(directory.resolve(name)))
          .indexes()
          .get(0);
    }
  }

  private Configuration once(String name, IndexType type, Metric metric) {
    return TestIndex.once(directory.resolve(name), type, metric);
  }

  /** Each step has topics of its own. */
  private static float[] rows(int step) {
    Random random = new Random(SEED + step);
    double[] topics = random.doubles(TOPICS * DIMENSION, -3, 3).toArray();
    float[] rows = new float[ROWS * DIMENSION];
    for (int row = 0; row < ROWS; row++) {
      int topic = random.nextInt(TOPICS) * DIMENSION;
      for (int d = 0; d < DIMENSION; d++) {
        rows[row * DIMENSION + d] = (float) (topics[topic + d] + 0.3 * random.nextGaussian());
      }
    }
    return rows;
  }
}
