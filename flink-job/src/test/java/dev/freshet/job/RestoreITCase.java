package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.job.report.IndexVerification;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The task manager dies again and again, at random points, while the dataset lives on. */
class RestoreITCase {

  private static final long SEED = 20260;
  private static final int FAILURES = 50;
  private static final int DIMENSION = 512;

  /** Two tasks of one shard. */
  private static final int FILL_ROWS = 20_000;

  private static final int APPEND_ROWS = 200;
  private static final int LONGEST_LIFE_MILLIS = 1200;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final ClusteredVectors vectors = new ClusteredVectors(DIMENSION, SEED);

  @Test
  void everyRowIsIndexedOnceWhateverFails() throws Exception {
    String seed = "seed " + SEED;
    Path path = directory.resolve("vectors");
    Configuration stream = stream(path);
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION);
        TestIndex index = new TestIndex(stream)) {
      table.append(vectors.next(FILL_ROWS), FILL_ROWS);
      try (TestJob job = TestJob.start(stream, directory.resolve("checkpoints"), 2, 2 * FAILURES)) {
        index.awaitComplete(job, PATIENCE);
        for (int failure = 0; failure < FAILURES; failure++) {
          job.awaitRunning();
          change(table, failure);
          Thread.sleep(random.nextInt(LONGEST_LIFE_MILLIS));
          job.failTaskManager();
        }
        job.awaitRunning();
        index.awaitComplete(job, PATIENCE);
        assertThat(job.restarts()).as("failures, %s", seed).isGreaterThanOrEqualTo(FAILURES);
        assertThat(job.checkpoints().getNumberOfRestoredCheckpoints())
            .as("restores, %s", seed)
            .isGreaterThanOrEqualTo(FAILURES);
        assertThat(job.checkpoints().getNumberOfCompletedCheckpoints())
            .as("checkpoints, %s", seed)
            .isGreaterThanOrEqualTo(FAILURES);
      }
      IndexVerification.Report report = index.assertClean(seed);
      assertThat(report.indexedRows()).as(seed).isEqualTo(report.rows());
      assertThat(index.manifest().index().segments())
          .as("segments published between the failures, %s", seed)
          .isNotEmpty();
    }
  }

  private static Configuration stream(Path path) {
    Configuration stream = TestIndex.stream(path, IndexType.IVF_PQ, Metric.L2);
    stream.set(FreshetOptions.INDEX_SUB_VECTORS, DIMENSION / 16);
    stream.set(FreshetOptions.SEGMENTS_PER_TIER, 4);
    stream.set(FreshetOptions.COMPACTION, true);
    stream.set(FreshetOptions.COMPACTION_INTERVAL, Duration.ofSeconds(2));
    stream.set(FreshetOptions.COMPACTION_FRAGMENTS, 6);
    stream.set(FreshetOptions.COMPACTION_TARGET_ROWS, 2000L);
    return stream;
  }

  /** What other writers do meanwhile. */
  private void change(VectorTable table, int step) {
    int rows = step % 20 == 9 ? FILL_ROWS : APPEND_ROWS;
    table.append(vectors.next(rows), rows);
    if (step % 5 == 4) {
      table.delete(VectorTable.ID + " % 97 = " + step);
    }
    if (step % 20 == 19) {
      table.compact(5L * APPEND_ROWS);
    }
  }
}
