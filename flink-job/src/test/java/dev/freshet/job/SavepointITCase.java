package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** State outlives the job that wrote it: stopped, restored elsewhere, too old, or of a release. */
class SavepointITCase {

  private static final long SEED = 4711;
  private static final int DIMENSION = 16;
  private static final int FILL_ROWS = 600;
  private static final int APPEND_ROWS = 100;
  private static final int CYCLES = 20;
  private static final int[] PARALLELISM = {1, 2, 4};
  private static final int MAX_PARALLELISM = 4;

  /** How long a job runs before it is stopped: from at once to longer than a window. */
  private static final long STEP_MILLIS = 80;

  private static final int STEPS = 10;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path directory;

  private final ClusteredVectors vectors = new ClusteredVectors(DIMENSION, SEED);

  @Test
  void goesOnFromAnyOfItsSavepoints() throws Exception {
    String seed = "seed " + SEED;
    Path path = directory.resolve("vectors");
    Configuration stream = TestIndex.stream(path, IndexType.IVF_PQ, Metric.L2);
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION);
        TestIndex index = new TestIndex(stream)) {
      table.append(vectors.next(FILL_ROWS), FILL_ROWS);
      List<String> savepoints = stopAndGoOn(stream, table);
      finish(savepoints.get(savepoints.size() - 1), stream, index);
      assertThat(index.assertClean(seed).indexedRows())
          .as(seed)
          .isEqualTo(FILL_ROWS + (long) CYCLES * APPEND_ROWS);

      table.append(vectors.next(APPEND_ROWS), APPEND_ROWS);
      table.compact(10L * FILL_ROWS);
      finish(savepoints.get(0), stream, index);
      assertThat(index.assertClean("the oldest savepoint, " + seed).indexedRows())
          .as(seed)
          .isEqualTo(FILL_ROWS + (CYCLES + 1L) * APPEND_ROWS);
    }
  }

  /** Appends, and stops with work in every stage, each time with another parallelism and format. */
  private List<String> stopAndGoOn(Configuration stream, VectorTable table) throws Exception {
    List<String> savepoints = new ArrayList<>();
    String checkpoints = directory.resolve("checkpoints").toUri().toString();
    try (TestCluster cluster = TestCluster.start(stream, checkpoints, MAX_PARALLELISM, 0)) {
      Optional<String> savepoint = Optional.empty();
      for (int cycle = 0; cycle < CYCLES; cycle++) {
        TestJob job = cluster.submit(stream, PARALLELISM[cycle % PARALLELISM.length], savepoint);
        job.awaitRunning();
        assertThat(job.checkpoints().getNumberOfRestoredCheckpoints())
            .as("restores in cycle %d", cycle)
            .isEqualTo(savepoint.isPresent() ? 1 : 0);
        table.append(vectors.next(APPEND_ROWS), APPEND_ROWS);
        Thread.sleep(STEP_MILLIS * (cycle % STEPS));
        savepoint =
            Optional.of(
                job.stopWithSavepoint(
                    directory.resolve("savepoints"),
                    cycle % 2 == 0 ? SavepointFormatType.CANONICAL : SavepointFormatType.NATIVE));
        savepoints.add(savepoint.get());
      }
    }
    return savepoints;
  }

  private void finish(String savepoint, Configuration stream, TestIndex index) throws Exception {
    Path checkpoints = Files.createTempDirectory(directory, "checkpoints-");
    try (TestJob job = TestJob.startFrom(savepoint, stream, checkpoints, 2)) {
      job.awaitRunning();
      index.awaitComplete(job, PATIENCE);
      assertThat(job.checkpoints().getNumberOfRestoredCheckpoints()).isEqualTo(1);
    }
  }

  /**
   * The savepoint of a release: a trained model, shards in flight, sealed shards in an open window.
   * They are of a dataset that is gone, so nothing of them is of use, and all is done anew.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void goesOnFromAReleasesSavepoint(int parallelism) throws Exception {
    String savepoint = Path.of("src/test/resources/savepoints/0.1.0").toAbsolutePath().toString();
    Path path = directory.resolve("vectors");
    Configuration stream = TestIndex.stream(path, IndexType.IVF_PQ, Metric.L2);
    stream.set(FreshetOptions.STALL_TIMEOUT, Duration.ofSeconds(5));
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION);
        TestIndex index = new TestIndex(stream)) {
      table.append(vectors.next(FILL_ROWS), FILL_ROWS);
      table.append(vectors.next(APPEND_ROWS), APPEND_ROWS);
      try (TestJob job =
          TestJob.startFrom(savepoint, stream, directory.resolve("checkpoints"), parallelism)) {
        job.awaitRunning();
        index.awaitComplete(job, PATIENCE);
        assertThat(job.checkpoints().getNumberOfRestoredCheckpoints()).isEqualTo(1);
      }
      assertThat(index.assertClean("seed " + SEED).indexedRows())
          .isEqualTo(FILL_ROWS + APPEND_ROWS);
    }
  }
}
