package dev.freshet.job;

import dev.freshet.operators.options.StreamOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A Flink cluster of one task manager, which stays up while jobs come and go. */
final class TestCluster implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration RESTART_DELAY = Duration.ofMillis(50);

  private final Configuration flink;
  private final MiniCluster cluster;
  private final InMemoryReporter metrics;

  private TestCluster(Configuration flink, MiniCluster cluster, InMemoryReporter metrics) {
    this.flink = flink;
    this.cluster = cluster;
    this.metrics = metrics;
  }

  /**
   * Starts a cluster.
   *
   * @param stream options of the streams that will run in it: the checkpoints follow from them
   * @param checkpoints directory of the checkpoints, in any of Flink's file systems
   * @param slots the most parallelism of a job
   * @param restarts after so many a job fails for good
   */
  static TestCluster start(Configuration stream, String checkpoints, int slots, int restarts)
      throws Exception {
    EmbeddedJob.Settings settings = new EmbeddedJob.Settings(slots, checkpoints, "rocksdb", 0);
    Configuration flink = EmbeddedJob.cluster(StreamOptions.from(stream), settings);
    flink.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, restarts);
    flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, RESTART_DELAY);
    InMemoryReporter metrics = InMemoryReporter.createWithRetainedMetrics();
    metrics.addToConfiguration(flink);
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(flink)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .withRandomPorts()
                .build());
    cluster.start();
    return new TestCluster(flink, cluster, metrics);
  }

  /** Starts a job, which ends before this cluster does. */
  TestJob submit(Configuration stream, int parallelism, Optional<String> savepoint)
      throws Exception {
    Configuration settings = new Configuration(flink);
    settings.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(settings);
    IndexPipeline.build(env, stream);
    JobGraph graph = env.getStreamGraph().getJobGraph();
    savepoint.map(SavepointRestoreSettings::forPath).ifPresent(graph::setSavepointRestoreSettings);
    cluster.submitJob(graph).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    return new TestJob(cluster, metrics, graph.getJobID());
  }

  @Override
  public void close() {
    cluster.closeAsync().join();
  }
}
