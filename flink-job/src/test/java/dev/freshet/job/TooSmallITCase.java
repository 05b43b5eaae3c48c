package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Too few rows to train on. */
class TooSmallITCase {

  private static final long SEED = 51;
  private static final int DIMENSION = 16;
  private static final int TOO_FEW = 100;
  private static final int ENOUGH = 400;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;

  private final ClusteredVectors vectors = new ClusteredVectors(DIMENSION, SEED);

  @ParameterizedTest
  @ValueSource(ints = {0, TOO_FEW})
  void onceEndsAndSaysSo(int rows) throws Exception {
    Path path = directory.resolve("vectors");
    Configuration stream = TestIndex.once(path, IndexType.IVF_PQ, Metric.L2);
    StreamOptions options = StreamOptions.from(stream);
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION);
        TestIndex index = new TestIndex(stream);
        DatasetVersions versions = new DatasetVersions(options.location(), 1L << 20)) {
      if (rows > 0) {
        table.append(vectors.next(rows), rows);
      }

      TestJob.run(stream, directory.resolve("checkpoints"));

      assertThat(new StartChecks(options).check(versions))
          .contains(
              "The dataset has " + rows + " rows, too few to train an index: 256" + " are needed");
      assertThat(index.segments()).isEmpty();
    }
  }

  @Test
  void anUnboundedStreamWaitsForRows() throws Exception {
    Path path = directory.resolve("vectors");
    Configuration stream = TestIndex.stream(path, IndexType.IVF_PQ, Metric.L2);
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION);
        TestIndex index = new TestIndex(stream);
        TestJob job = TestJob.start(stream, directory.resolve("checkpoints"), 1, 0)) {
      job.awaitRunning();
      table.append(vectors.next(TOO_FEW), TOO_FEW);
      letItLook(job);
      assertThat(index.segments()).isEmpty();

      table.append(vectors.next(ENOUGH), ENOUGH);
      index.awaitComplete(job, PATIENCE);

      assertThat(index.assertClean("seed " + SEED).indexedRows()).isEqualTo(TOO_FEW + ENOUGH);
    }
  }

  /** Centroids are drawn from the rows, so each partition needs one. */
  @Test
  void morePartitionsThanRowsWait() throws Exception {
    Path path = directory.resolve("vectors");
    Configuration stream = TestIndex.stream(path, IndexType.IVF_PQ, Metric.L2);
    stream.set(FreshetOptions.INDEX_PARTITIONS, ENOUGH);
    StreamOptions options = StreamOptions.from(stream);
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION);
        TestIndex index = new TestIndex(stream);
        DatasetVersions versions = new DatasetVersions(options.location(), 1L << 20);
        TestJob job = TestJob.start(stream, directory.resolve("checkpoints"), 1, 0)) {
      for (int rows : new int[] {20, ENOUGH - TOO_FEW}) {
        table.append(vectors.next(rows), rows);
        letItLook(job);
        assertThat(index.segments()).isEmpty();
      }
      assertThat(new StartChecks(options).check(versions))
          .contains("The dataset has 320 rows, too few to train an index: 400 are needed");

      table.append(vectors.next(TOO_FEW), TOO_FEW);
      index.awaitComplete(job, PATIENCE);

      assertThat(index.description().model().partitions()).isEqualTo(ENOUGH);
      assertThat(index.assertClean("seed " + SEED).indexedRows()).isEqualTo(420);
      assertThat(job.restarts()).isZero();
    }
  }

  /** Then some partitions stay empty. */
  @Test
  void fewerDifferentVectorsThanPartitions() throws Exception {
    Path path = directory.resolve("vectors");
    Configuration stream = TestIndex.once(path, IndexType.IVF_PQ, Metric.L2);
    stream.set(FreshetOptions.INDEX_PARTITIONS, ENOUGH / 2);
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION);
        TestIndex index = new TestIndex(stream)) {
      float[] same = vectors.next(ENOUGH);
      for (int row = 20; row < ENOUGH; row++) {
        System.arraycopy(same, row % 20 * DIMENSION, same, row * DIMENSION, DIMENSION);
      }
      table.append(same, ENOUGH);

      TestJob.run(stream, directory.resolve("checkpoints"));

      assertThat(index.description().model().partitions()).isEqualTo(ENOUGH / 2);
      assertThat(index.assertClean("seed " + SEED).indexedRows()).isEqualTo(ENOUGH);
    }
  }

  /** What is too few shows only in the sample then; the rows come again after the stall timeout. */
  @Test
  void rowsThatAreNoVectorsDoNotCount() throws Exception {
    Path path = directory.resolve("vectors");
    Configuration stream = TestIndex.stream(path, IndexType.IVF_PQ, Metric.L2);
    stream.set(FreshetOptions.STALL_TIMEOUT, Duration.ofSeconds(2));
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION);
        TestIndex index = new TestIndex(stream);
        TestJob job = TestJob.start(stream, directory.resolve("checkpoints"), 1, 0)) {
      float[] bad = vectors.next(ENOUGH);
      Arrays.fill(bad, 0, (ENOUGH - TOO_FEW) * DIMENSION, Float.NaN);
      table.append(bad, ENOUGH);
      letItLook(job);
      assertThat(index.segments()).isEmpty();

      table.append(vectors.next(ENOUGH), ENOUGH);
      index.awaitComplete(job, PATIENCE);

      assertThat(index.assertClean("seed " + SEED).indexedRows()).isEqualTo(TOO_FEW + ENOUGH);
    }
  }

  /** It looks five times a second; what it would publish wrongly is committed in a checkpoint. */
  private static void letItLook(TestJob job) throws Exception {
    job.awaitRunning();
    Thread.sleep(1_000);
    job.takeCheckpoint();
  }
}
