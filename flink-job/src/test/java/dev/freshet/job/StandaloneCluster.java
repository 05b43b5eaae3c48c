package dev.freshet.job;

import dev.freshet.job.FlinkProcesses.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A Flink session cluster of processes of their own, that jobs are submitted to as a user does, and
 * whose processes can be killed. Everything is bound to the loopback interface.
 */
final class StandaloneCluster implements AutoCloseable {

  private static final Pattern JOB_ID = Pattern.compile("JobID ([0-9a-f]{32})");

  private final Path directory;
  private final FlinkProcesses processes;
  private final ClusterRest rest;
  private final List<Process> taskManagers = new ArrayList<>();
  private final Map<Process, Integer> metricPorts = new LinkedHashMap<>();
  private Process jobManager;

  private StandaloneCluster(Path directory, int restPort) {
    this.directory = directory;
    this.processes = new FlinkProcesses(directory);
    this.rest = new ClusterRest(restPort);
  }

  /**
   * Writes the configuration and starts the job manager.
   *
   * @param settings of Flink, on top of those that make a cluster on one machine
   */
  static StandaloneCluster start(Path directory, Map<String, String> settings) throws Exception {
    int restPort = FreePort.next();
    ClusterSettings.write(directory, restPort, settings);
    StandaloneCluster cluster = new StandaloneCluster(directory, restPort);
    cluster.startJobManager();
    return cluster;
  }

  void startJobManager() throws Exception {
    jobManager = start(Role.JOB_MANAGER);
    await("the job manager answers", () -> lives(jobManager) && rest.taskManagers() >= 0);
  }

  void startTaskManager() throws Exception {
    Process taskManager = start(Role.TASK_MANAGER);
    taskManagers.add(taskManager);
    await(
        "the task managers register",
        () -> lives(taskManager) && rest.taskManagers() >= taskManagers.size());
  }

  private boolean lives(Process process) {
    if (!process.isAlive()) {
      throw new AssertionError(
          "A process of the cluster ended with exit code "
              + process.exitValue()
              + "; logs are in "
              + directory);
    }
    return true;
  }

  private Process start(Role role) throws Exception {
    int metricsPort = FreePort.next();
    Process process = processes.start(role, metricsPort);
    metricPorts.put(process, metricsPort);
    writeTargets();
    return process;
  }

  /** So that a Prometheus can be pointed at the processes: its {@code file_sd_configs} reads it. */
  private void writeTargets() throws IOException {
    String targets =
        livingPorts().stream()
            .map(port -> "\"127.0.0.1:" + port + "\"")
            .collect(Collectors.joining(", "));
    Files.writeString(
        directory.resolve("prometheus-targets.json"), "[{\"targets\": [" + targets + "]}]");
  }

  /** The port of a process that died may be another's by now. */
  private List<Integer> livingPorts() {
    return metricPorts.entrySet().stream()
        .filter(entry -> entry.getKey().isAlive())
        .map(Map.Entry::getValue)
        .toList();
  }

  /** As if its machine were gone. */
  void killTaskManager() throws InterruptedException {
    Process victim = taskManagers.remove(0);
    victim.destroyForcibly().waitFor();
  }

  /** As if its machine were gone; the cluster forgets its jobs. */
  void killJobManager() throws InterruptedException {
    jobManager.destroyForcibly().waitFor();
  }

  /** Runs Flink's command line, as a user does. */
  String flink(List<String> arguments) throws Exception {
    return processes.output("org.apache.flink.client.cli.CliFrontend", arguments);
  }

  /**
   * Submits the stream.
   *
   * @param from savepoint or checkpoint; empty for none
   * @return the job's id
   */
  String submit(int parallelism, String from, List<String> arguments) throws Exception {
    List<String> run = new ArrayList<>(List.of("run", "-d", "-p", Integer.toString(parallelism)));
    if (!from.isEmpty()) {
      run.addAll(List.of("-s", from));
    }
    Path jar = FlinkProcesses.TARGET.resolve("freshet.jar");
    run.addAll(List.of("-c", StreamJob.class.getName(), jar.toString()));
    run.addAll(arguments);
    String said = flink(run);
    Matcher id = JOB_ID.matcher(said);
    if (!id.find()) {
      throw new IOException("No job was submitted: " + said);
    }
    awaitRunning(id.group(1));
    return id.group(1);
  }

  /** Waits until every task of the job runs. */
  void awaitRunning(String job) throws Exception {
    await("all tasks of the job run", () -> rest.allRunning(job));
  }

  /** Checkpoints of a job that are complete. */
  int checkpoints(String job) throws Exception {
    return rest.checkpoints(job).get("counts").get("completed").asInt();
  }

  /** How often a job was restored from a checkpoint. */
  int restores(String job) throws Exception {
    return rest.checkpoints(job).get("counts").get("restored").asInt();
  }

  boolean hasTaskManager() throws Exception {
    return rest.taskManagers() > 0;
  }

  /** Of Flink's REST interface and its web UI. */
  String address() {
    return rest.address();
  }

  /** What every process that lives shows Prometheus. */
  String metrics() throws Exception {
    StringBuilder all = new StringBuilder();
    for (int port : livingPorts()) {
      all.append(rest.metrics(port));
    }
    return all.toString();
  }

  /** Waits for a condition; what cannot be asked yet does not hold yet. */
  void await(String what, Callable<Boolean> condition) throws Exception {
    Waiting.await(what, "logs are in " + directory, condition);
  }

  /** Waits until nothing is left to do, for as long as it becomes less. */
  void awaitNothingLeft(String what, Callable<Long> left) throws Exception {
    Waiting.awaitNothingLeft(what, "logs are in " + directory, left);
  }

  @Override
  public void close() {
    taskManagers.forEach(Process::destroyForcibly);
    if (jobManager != null) {
      jobManager.destroyForcibly().onExit().join();
    }
    taskManagers.forEach(taskManager -> taskManager.onExit().join());
  }
}
