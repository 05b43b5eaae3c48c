package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The one task manager of a cluster inside this process ends: the stream goes on with another. */
class TaskManagerLossITCase {

  private static final long SEED = 97;
  private static final int DIMENSION = 16;
  private static final int ROWS = 400;

  /** One that is ended before it was seen counts as ended when it might have started. */
  private static final TaskManagerWatch.Limits LIMITS =
      new TaskManagerWatch.Limits(
          Duration.ofSeconds(2), Duration.ofSeconds(30), 2, Duration.ofHours(1));

  @TempDir Path directory;

  private final ClusteredVectors vectors = new ClusteredVectors(DIMENSION, SEED);

  @Test
  void isReplacedUntilThatIsInVain() throws Exception {
    Path path = directory.resolve("vectors");
    Configuration stream = TestIndex.stream(path, IndexType.IVF_FLAT, Metric.L2);
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION);
        TestIndex index = new TestIndex(stream);
        EmbeddedCluster cluster = EmbeddedCluster.start(stream, settings(), LIMITS)) {
      try (EmbeddedJob job = cluster.submit(stream)) {
        table.append(vectors.next(ROWS), ROWS);
        awaitComplete(index, job);
        end(cluster, 0);
        table.append(vectors.next(ROWS), ROWS);
        awaitComplete(index, job);
      }
      runFatalTask(cluster);
      try (EmbeddedJob job = cluster.submit(stream)) {
        table.append(vectors.next(ROWS), ROWS);
        awaitComplete(index, job);
        assertThat(index.assertClean("seed " + SEED).indexedRows()).isEqualTo(3L * ROWS);

        end(cluster, 2);
        assertThatThrownBy(() -> job.result().get(Waiting.PATIENCE.toSeconds(), TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class)
            .cause()
            .isInstanceOf(IOException.class)
            .hasMessage(
                "The task manager ended more than 2 times in 60 minutes: its errors are above; if"
                    + " memory ran out, give more by FRESHET_HEAP");
      }
    }
  }

  @Test
  void aClusterThatEndsEndsItsJob() throws Exception {
    Path path = directory.resolve("vectors");
    Configuration stream = TestIndex.stream(path, IndexType.IVF_FLAT, Metric.L2);
    try (VectorTable table = VectorTable.create(path.toString(), DIMENSION);
        TestIndex index = new TestIndex(stream);
        EmbeddedCluster cluster = EmbeddedCluster.start(stream, settings())) {
      table.append(vectors.next(ROWS), ROWS);
      try (EmbeddedJob job = cluster.submit(stream)) {
        awaitComplete(index, job);
        cluster.flink().closeAsync().join();
        assertThatThrownBy(() -> job.result().get(Waiting.PATIENCE.toSeconds(), TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class);
      }
    }
  }

  private EmbeddedJob.Settings settings() {
    return new EmbeddedJob.Settings(
        1, directory.resolve("checkpoints").toUri().toString(), "hashmap", 0);
  }

  /** Also its cleanup fails, at which Flink ends the task manager. */
  private static void runFatalTask(EmbeddedCluster cluster) throws Exception {
    Configuration flink = new Configuration();
    flink.set(CoreOptions.DEFAULT_PARALLELISM, 1);
    flink.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(flink);
    env.fromSequence(0, 1).map(new Fatal()).sinkTo(new DiscardingSink<>());
    cluster.flink().submitJob(env.getStreamGraph().getJobGraph()).get();
    Waiting.await(
        "the task manager ends",
        "it outlived a fatal error",
        () -> cluster.flink().getResourceOverview().get().getNumberTaskManagers() == 0);
  }

  private static final class Fatal extends RichMapFunction<Long, Long> {

    private static final long serialVersionUID = 1L;

    @Override
    public void open(OpenContext context) {
      throw new IllegalStateException("a task that fails");
    }

    @Override
    public Long map(Long value) {
      return value;
    }

    @Override
    public void close() {
      throw new IllegalStateException("and cannot be closed");
    }
  }

  private static void end(EmbeddedCluster cluster, int taskManager) throws Exception {
    cluster
        .flink()
        .terminateTaskManager(taskManager)
        .get(Waiting.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static void awaitComplete(TestIndex index, EmbeddedJob job) throws Exception {
    Waiting.await(
        "every row is covered",
        "see the log of the task managers",
        () -> {
          assertThat(job.result()).isNotDone();
          ManifestVersion manifest = index.manifest();
          return !manifest.live().isEmpty() && manifest.uncovered().isEmpty();
        });
  }
}
