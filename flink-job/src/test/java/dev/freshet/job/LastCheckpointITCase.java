package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job some of whose tasks have finished need not wait for the checkpoint that is due. */
class LastCheckpointITCase {

  /** More than Flink makes of its own accord when a job starts, one or two. */
  private static final int MANY = 6;

  @TempDir Path checkpoints;

  @Test
  void isAskedForOnceATaskHasFinished() throws Exception {
    try (MiniCluster cluster = cluster()) {
      cluster.start();
      JobID ending = submit(cluster, true);
      JobID running = submit(cluster, false);
      try (LastCheckpoint a = LastCheckpoint.of(cluster, ending);
          LastCheckpoint b = LastCheckpoint.of(cluster, running)) {
        Waiting.await(
            "a checkpoint of the job with a task that has finished",
            "nobody asked for it",
            () -> checkpointsOf(cluster, ending) > MANY);
        assertThat(checkpointsOf(cluster, running))
            .as("of the job that only runs: those that Flink makes at the start")
            .isLessThan(MANY / 2);
      }
      cluster.cancelJob(ending).get();
      cluster.cancelJob(running).get();
    }
  }

  private static MiniCluster cluster() {
    return new MiniCluster(
        new MiniClusterConfiguration.Builder()
            .setNumTaskManagers(1)
            .setNumSlotsPerTaskManager(2)
            .withRandomPorts()
            .build());
  }

  /** A job that runs on, and whose checkpoints are due in hours. */
  private JobID submit(MiniCluster cluster, boolean withEndingSource) throws Exception {
    Configuration flink = new Configuration();
    flink.set(CoreOptions.DEFAULT_PARALLELISM, 1);
    flink.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofDays(30));
    flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(flink);
    env.fromSequence(0, Long.MAX_VALUE)
        .map(
            number -> {
              Thread.sleep(1);
              return number;
            })
        .sinkTo(new DiscardingSink<>());
    if (withEndingSource) {
      env.fromSequence(0, 1).sinkTo(new DiscardingSink<>());
    }
    JobGraph graph = env.getStreamGraph().getJobGraph();
    cluster.submitJob(graph).get();
    return graph.getJobID();
  }

  private static long checkpointsOf(MiniCluster cluster, JobID job) throws Exception {
    return cluster
        .getExecutionGraph(job)
        .get()
        .getCheckpointStatsSnapshot()
        .getCounts()
        .getNumberOfCompletedCheckpoints();
  }
}
