package dev.freshet.job;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.util.concurrent.ExecutorThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for the checkpoint with which a bounded job ends, as soon as some of its tasks have
 * finished. Flink 2.3 asks for it itself, but only once: a task that finishes at that moment makes
 * the request fail, and then all wait for the next checkpoint that is due.
 */
final class LastCheckpoint implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LastCheckpoint.class);
  private static final Duration TICK = Duration.ofMillis(200);

  /** After a checkpoint that was made: what still runs may run for long. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final MiniCluster cluster;
  private final JobID job;
  private final ExecutorService thread;

  private LastCheckpoint(MiniCluster cluster, JobID job) {
    this.cluster = cluster;
    this.job = job;
    this.thread = Executors.newSingleThreadExecutor(new ExecutorThreadFactory("last-checkpoint"));
  }

  /** Watches over a bounded job until it has ended, or this is closed. */
  static LastCheckpoint of(MiniCluster cluster, JobID job) {
    LastCheckpoint last = new LastCheckpoint(cluster, job);
    last.thread.execute(last::watch);
    return last;
  }

  private void watch() {
    try {
      boolean running = true;
      while (running) {
        Thread.sleep(TICK.toMillis());
        running = look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  /** Asks, if it is time to; returns whether the job may still run. */
  private boolean look() throws InterruptedException {
    try {
      AccessExecutionGraph graph = cluster.getExecutionGraph(job).get();
      boolean running = !graph.getState().isGloballyTerminalState();
      if (running && isEnding(graph)) {
        cluster.triggerCheckpoint(job, CheckpointType.CONFIGURED).get();
        Thread.sleep(PAUSE.toMillis());
      }
      return running;
    } catch (ExecutionException | RuntimeException e) {
      LOG.debug("No checkpoint of job {} now", job, e); // a task finishes, or the cluster ends
      return true;
    }
  }

  private static boolean isEnding(AccessExecutionGraph graph) {
    for (var vertex : graph.getAllExecutionVertices()) {
      if (vertex.getExecutionState() == ExecutionState.FINISHED) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
