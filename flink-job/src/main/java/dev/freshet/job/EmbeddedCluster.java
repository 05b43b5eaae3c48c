package dev.freshet.job;

import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.S3Options;
import dev.freshet.operators.options.StreamOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.MiniClusterJobClient;
import org.apache.flink.runtime.minicluster.MiniClusterJobClient.JobFinalizationBehavior;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * A Flink cluster of one task manager inside this process, with its web UI. A task manager that a
 * fatal error ends is replaced, a few times.
 */
public final class EmbeddedCluster implements AutoCloseable {

  private final Configuration flink;
  private final MiniCluster cluster;
  private final TaskManagerKeeper keeper;
  private final int uiPort;

  private EmbeddedCluster(
      Configuration flink, MiniCluster cluster, TaskManagerKeeper keeper, int uiPort) {
    this.flink = flink;
    this.cluster = cluster;
    this.keeper = keeper;
    this.uiPort = uiPort;
  }

  /**
   * Starts a cluster.
   *
   * @param stream the options of the streams that will run in it: the checkpoints follow from them
   */
  public static EmbeddedCluster start(Configuration stream, EmbeddedJob.Settings asked)
      throws IOException {
    return start(stream, asked, TaskManagerWatch.Limits.DEFAULT);
  }

  static EmbeddedCluster start(
      Configuration stream, EmbeddedJob.Settings asked, TaskManagerWatch.Limits limits)
      throws IOException {
    EmbeddedJob.Settings settings = asked.uiPort() == 0 ? asked.at(freePort()) : asked;
    Configuration flink = EmbeddedJob.cluster(StreamOptions.from(stream), settings);
    flink.addAll(S3Options.copyOf(stream));
    FileSystems.initialize(flink);
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(flink)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(settings.parallelism())
                .build());
    try {
      cluster.start();
    } catch (Exception e) { // what MiniCluster declares
      throw new IOException("Cannot start an embedded Flink cluster", e);
    }
    return new EmbeddedCluster(
        flink, cluster, TaskManagerKeeper.start(cluster, limits), settings.uiPort());
  }

  /** Starts a job, which ends before or with this cluster. */
  public EmbeddedJob submit(Configuration stream) throws IOException {
    return submit(stream, false);
  }

  /**
   * Starts a job.
   *
   * @param alone whether the cluster ends when the job is closed
   */
  EmbeddedJob submit(Configuration stream, boolean alone) throws IOException {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(flink);
    IndexPipeline.build(env, stream);
    StreamGraph pipeline = env.getStreamGraph();
    pipeline.setJobName(StreamJob.name(StreamOptions.from(stream)));
    JobGraph graph = pipeline.getJobGraph();
    try {
      cluster.submitJob(graph).get();
    } catch (Exception e) { // ExecutionException, or interrupted
      throw new IOException("Cannot start the job in an embedded Flink cluster", e);
    }
    JobClient client =
        new MiniClusterJobClient(
            graph.getJobID(),
            cluster,
            EmbeddedCluster.class.getClassLoader(),
            JobFinalizationBehavior.NOTHING);
    Optional<LastCheckpoint> last =
        stream.get(FreshetOptions.ONCE)
            ? Optional.of(LastCheckpoint.of(cluster, graph.getJobID()))
            : Optional.empty();
    return new EmbeddedJob(this, client, last, alone);
  }

  /** Why jobs will run here no more; completes when that is so. */
  CompletableFuture<IOException> failure() {
    return keeper.failure();
  }

  /** The cluster itself. */
  MiniCluster flink() {
    return cluster;
  }

  /** Where a browser on this machine finds Flink's web UI. */
  public String uiAddress() {
    return "http://127.0.0.1:" + uiPort;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    keeper.close();
    cluster.closeAsync().join();
  }
}
