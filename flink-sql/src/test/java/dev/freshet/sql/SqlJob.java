package dev.freshet.sql;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamStatementSet;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/** An INSERT on a Flink cluster of one task manager that can be made to fail. */
final class SqlJob implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final MiniCluster cluster;
  private final JobID id;
  private int taskManagers = 1;

  private SqlJob(MiniCluster cluster, JobID id) {
    this.cluster = cluster;
    this.id = id;
  }

  /**
   * Flink's settings of a job that is quick to checkpoint and fails for good after some restarts.
   */
  static Configuration settings(Path checkpoints, int parallelism, int restarts) {
    Configuration flink = new Configuration();
    flink.set(PipelineOptions.GENERIC_TYPES, false);
    flink.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
    flink.set(TaskManagerOptions.NUM_TASK_SLOTS, parallelism);
    flink.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(256));
    flink.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
    flink.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
    flink.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, Duration.ofSeconds(1));
    flink.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    flink.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(500));
    flink.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, restarts);
    flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(50));
    return flink;
  }

  /** Makes tables of streams. */
  interface Views {
    void create(StreamTableEnvironment tables, StreamExecutionEnvironment env);
  }

  /** Starts the job of some statements; the INSERTs among them are one set. */
  static SqlJob start(Configuration flink, List<String> statements) throws Exception {
    return start(flink, (tables, env) -> {}, statements);
  }

  /** The same over tables of streams. */
  static SqlJob start(Configuration flink, Views views, List<String> statements) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(flink);
    StreamTableEnvironment tables = StreamTableEnvironment.create(env);
    views.create(tables, env);
    StreamStatementSet inserts = tables.createStatementSet();
    for (String statement : statements) {
      if (statement.startsWith("INSERT")) {
        inserts.addInsertSql(statement);
      } else {
        tables.executeSql(statement);
      }
    }
    inserts.attachAsDataStream();
    JobGraph graph = env.getStreamGraph().getJobGraph();
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(flink)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(flink.get(TaskManagerOptions.NUM_TASK_SLOTS))
                .withRandomPorts()
                .build());
    cluster.start();
    cluster.submitJob(graph).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    return new SqlJob(cluster, graph.getJobID());
  }

  /** Waits for the end of a job over a bounded input. */
  void awaitEnd() throws Exception {
    cluster
        .requestJobResult(id)
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .toJobExecutionResult(getClass().getClassLoader());
  }

  JobStatus status() throws Exception {
    return cluster.getJobStatus(id).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Waits until every task runs, or the job ends. */
  void awaitRunning() throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!allRunning(graph()) && !status().isGloballyTerminalState()) {
      if (System.nanoTime() > deadline) {
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

  /**
   * Ends the job when all that it has read is committed.
   *
   * @return where the savepoint is, for {@code execution.state-recovery.path}
   */
  String stopWithSavepoint(Path directory) throws Exception {
    return cluster
        .stopWithSavepoint(id, directory.toUri().toString(), false, SavepointFormatType.CANONICAL)
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

  /** What failed last; "nothing" if nothing did. */
  String failure() throws Exception {
    return graph().getFailureInfo() == null
        ? "nothing"
        : graph().getFailureInfo().getExceptionAsString();
  }

  private AccessExecutionGraph graph() throws Exception {
    return cluster.getExecutionGraph(id).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    cluster.closeAsync().join();
  }
}
