package dev.freshet.job;

import dev.freshet.operators.metrics.EncodingMetrics;
import dev.freshet.operators.options.StreamOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.JobClient;

/** The stream in a Flink cluster inside this process. */
public final class EmbeddedJob implements AutoCloseable {

  /**
   * How the cluster runs.
   *
   * @param parallelism slots, and subtasks of the parallel stages
   * @param checkpoints directory of the checkpoints, a URI
   * @param stateBackend {@code rocksdb} or {@code hashmap}
   * @param uiPort port of the web UI on the loopback interface; 0 for a free one
   */
  public record Settings(int parallelism, String checkpoints, String stateBackend, int uiPort) {
    public Settings {
      if (parallelism < 1 || parallelism > IndexPipeline.KEY_GROUPS) {
        throw new IllegalArgumentException(
            "Parallelism must be from 1 to " + IndexPipeline.KEY_GROUPS + ", not " + parallelism);
      }
      if (!stateBackend.equals("rocksdb") && !stateBackend.equals("hashmap")) {
        throw new IllegalArgumentException(
            "State backend must be rocksdb or hashmap, not " + stateBackend);
      }
    }

    Settings at(int port) {
      return new Settings(parallelism, checkpoints, stateBackend, port);
    }
  }

  private static final MemorySize MANAGED_MEMORY = MemorySize.ofMebiBytes(256);

  /** Accumulators come with the heartbeats. */
  private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(1);

  private static final MemorySize NETWORK_MEMORY = MemorySize.ofMebiBytes(64);

  private final EmbeddedCluster cluster;
  private final JobClient client;
  private final Optional<LastCheckpoint> last;
  private final boolean alone;
  private final CompletableFuture<JobExecutionResult> execution;
  private final CompletableFuture<JobExecutionResult> result;

  /**
   * @param last what hastens the end of a bounded job
   * @param alone whether the cluster ends with this job
   */
  EmbeddedJob(
      EmbeddedCluster cluster, JobClient client, Optional<LastCheckpoint> last, boolean alone) {
    this.cluster = cluster;
    this.client = client;
    this.last = last;
    this.alone = alone;
    this.execution = client.getJobExecutionResult();
    this.result =
        execution.applyToEither(
            cluster.failure().thenCompose(CompletableFuture::failedFuture), Function.identity());
  }

  /** Starts a cluster and the job in it; the cluster ends when this is closed. */
  public static EmbeddedJob start(Configuration stream, Settings settings) throws IOException {
    EmbeddedCluster cluster = EmbeddedCluster.start(stream, settings);
    try {
      return cluster.submit(stream, true);
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** Flink's settings for a stream: what the rules of its state demand, and bounded memory. */
  static Configuration cluster(StreamOptions options, Settings settings) {
    Configuration flink = new Configuration();
    RequiredSettings.addTo(flink, options.checkpointInterval());
    flink.set(CoreOptions.DEFAULT_PARALLELISM, settings.parallelism());
    flink.set(TaskManagerOptions.NUM_TASK_SLOTS, settings.parallelism());
    flink.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MANAGED_MEMORY);
    flink.set(TaskManagerOptions.NETWORK_MEMORY_MIN, NETWORK_MEMORY);
    flink.set(TaskManagerOptions.NETWORK_MEMORY_MAX, NETWORK_MEMORY);
    flink.set(RestOptions.PORT, settings.uiPort());
    flink.set(RestOptions.BIND_PORT, Integer.toString(settings.uiPort()));
    flink.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
    flink.set(RestOptions.ADDRESS, "127.0.0.1");
    flink.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, PROGRESS_INTERVAL);
    flink.set(StateBackendOptions.STATE_BACKEND, settings.stateBackend());
    flink.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, settings.checkpoints());
    flink.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
    flink.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
        Duration.ofSeconds(1));
    flink.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS,
        options.once() ? 3 : Integer.MAX_VALUE);
    return flink;
  }

  /** Where a browser on this machine finds Flink's web UI. */
  public String uiAddress() {
    return cluster.uiAddress();
  }

  /** Completes when a bounded job ends, or when any job fails for good, or its cluster does. */
  public CompletableFuture<JobExecutionResult> result() {
    return result;
  }

  /** Rows encoded since the job started; 0 before the first report. */
  public long rowsEncoded() throws IOException, InterruptedException {
    try {
      Object rows = client.getAccumulators().get().get(EncodingMetrics.ROWS_ENCODED);
      return rows instanceof Long count ? count : 0;
    } catch (ExecutionException e) {
      throw new IOException("The embedded cluster does not answer", e);
    }
  }

  /** Cancels the job if it still runs; a cluster that was started for it ends too. */
  @Override
  public void close() throws IOException {
    last.ifPresent(LastCheckpoint::close);
    try {
      if (!execution.isDone() && !cluster.failure().isDone()) {
        client.cancel().join();
        execution.handle((ended, failure) -> ended).join();
      }
    } finally {
      if (alone) {
        cluster.close();
      }
    }
  }
}
