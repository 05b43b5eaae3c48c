package dev.freshet.job;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.checkpoint.CheckpointStatsCounts;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.InMemoryReporter;

/** The stream on a Flink cluster of one task manager that can be made to fail. */
public final class TestJob implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The variable of a metric's group that holds its job's id. */
  private static final String JOB = "<job_id>";

  private final MiniCluster cluster;
  private final InMemoryReporter metrics;
  private final JobID id;
  private int taskManagers = 1;

  TestJob(MiniCluster cluster, InMemoryReporter metrics, JobID id) {
    this.cluster = cluster;
    this.metrics = metrics;
    this.id = id;
  }

  /**
   * Starts the job.
   *
   * @param checkpoints directory of the checkpoints
   * @param restarts after so many the job fails for good
   */
  public static TestJob start(Configuration stream, Path checkpoints, int parallelism, int restarts)
      throws Exception {
    return start(stream, checkpoints.toUri().toString(), parallelism, restarts);
  }

  /** The same with checkpoints in any of Flink's file systems. */
  static TestJob start(Configuration stream, String checkpoints, int parallelism, int restarts)
      throws Exception {
    return start(stream, checkpoints, parallelism, restarts, Optional.empty());
  }

  /** Starts the job from a savepoint. */
  static TestJob startFrom(
      String savepoint, Configuration stream, Path checkpoints, int parallelism) throws Exception {
    return start(stream, checkpoints.toUri().toString(), parallelism, 0, Optional.of(savepoint));
  }

  private static TestJob start(
      Configuration stream,
      String checkpoints,
      int parallelism,
      int restarts,
      Optional<String> savepoint)
      throws Exception {
    return TestCluster.start(stream, checkpoints, parallelism, restarts)
        .submit(stream, parallelism, savepoint);
  }

  /** Runs a job over a bounded input to its end. */
  static JobExecutionResult run(Configuration once, Path checkpoints) throws Exception {
    try (TestJob job = start(once, checkpoints, 2, 0)) {
      return job.awaitEnd();
    }
  }

  /** Waits for the end of a job over a bounded input. */
  JobExecutionResult awaitEnd() throws Exception {
    return cluster
        .requestJobResult(id)
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .toJobExecutionResult(getClass().getClassLoader());
  }

  public JobStatus status() throws Exception {
    return cluster.getJobStatus(id).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Waits until every task runs. */
  void awaitRunning() throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!allRunning(graph())) {
      if (status().isGloballyTerminalState() || System.nanoTime() > deadline) {
        throw new AssertionError("The job does not run: " + failure());
      }
      Thread.sleep(10);
    }
  }

  private static boolean allRunning(AccessExecutionGraph graph) {
    for (AccessExecutionVertex vertex : graph.getAllExecutionVertices()) {
      if (vertex.getExecutionState() != ExecutionState.RUNNING) {
        return false;
      }
    }
    return graph.getState() == JobStatus.RUNNING;
  }

  /** Takes the task manager away, with all tasks, and brings another. */
  void failTaskManager() throws Exception {
    cluster.terminateTaskManager(taskManagers - 1).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    cluster.startTaskManager();
    taskManagers++;
  }

  /** Stops the job; the answer is where its savepoint is. */
  String stopWithSavepoint(Path savepoints, SavepointFormatType format) throws Exception {
    try {
      return cluster
          .stopWithSavepoint(id, savepoints.toUri().toString(), false, format)
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("The job does not stop: " + failure(), e);
    }
  }

  /** Takes a checkpoint: by itself a job without work makes one a minute. */
  void takeCheckpoint() throws Exception {
    cluster
        .triggerCheckpoint(id, CheckpointType.CONFIGURED)
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** How often the tasks were started again. */
  int restarts() throws Exception {
    int attempts = 0;
    for (AccessExecutionVertex vertex : graph().getAllExecutionVertices()) {
      attempts = Math.max(attempts, vertex.getCurrentExecutionAttempt().getAttemptNumber());
    }
    return attempts;
  }

  /** What a counter of Freshet's has come to, in all stages and their restarts together. */
  public long count(String counter) {
    return metrics.getMetricsByGroup().entrySet().stream()
        .filter(group -> id.toString().equals(group.getKey().getAllVariables().get(JOB)))
        .map(group -> group.getValue().get(counter))
        .filter(Counter.class::isInstance)
        .mapToLong(found -> ((Counter) found).getCount())
        .sum();
  }

  CheckpointStatsCounts checkpoints() throws Exception {
    return graph().getCheckpointStatsSnapshot().getCounts();
  }

  /** What failed last, of the job and of each task; "nothing" if nothing did. */
  public String failure() throws Exception {
    List<String> failures = new ArrayList<>();
    for (AccessExecutionVertex vertex : graph().getAllExecutionVertices()) {
      vertex
          .getFailureInfo()
          .ifPresent(
              info ->
                  failures.add(
                      vertex.getTaskNameWithSubtaskIndex() + ": " + info.getExceptionAsString()));
    }
    if (graph().getFailureInfo() != null) {
      failures.add(graph().getFailureInfo().getExceptionAsString());
    }
    return failures.isEmpty() ? "nothing" : String.join("\n", failures);
  }

  private AccessExecutionGraph graph() throws Exception {
    return cluster.getExecutionGraph(id).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Ends the job, and the cluster that it ran in. */
  @Override
  public void close() {
    cluster.closeAsync().join();
  }
}
