package dev.freshet.job.crash;

import dev.freshet.job.FreePort;
import dev.freshet.job.StreamJob;
import dev.freshet.job.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A highly available Flink session cluster of processes: ZooKeeper, a job manager, and one task
 * manager more than a job needs, so that a job goes on while the successor of the dead one starts.
 */
final class CrashCluster implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Pattern JOB_ID = Pattern.compile("JobID ([0-9a-f]{32})");

  /** Milliseconds; ZooKeeper lets no session end earlier than after two of them. */
  private static final String TICK = "500";

  private final Path directory;
  private final Processes processes;
  private final Members members;
  private final Process zooKeeper;
  private final FlinkRest rest;

  private CrashCluster(
      Path directory, Processes processes, Members members, Process zooKeeper, FlinkRest rest) {
    this.directory = directory;
    this.processes = processes;
    this.members = members;
    this.zooKeeper = zooKeeper;
    this.rest = rest;
  }

  /** Starts all processes, with their logs and state in a directory. */
  static CrashCluster start(Path directory) throws Exception {
    int zooKeeperPort = FreePort.next();
    int restPort = FreePort.next();
    CrashSettings.write(directory, restPort, zooKeeperPort);
    AgentJar.write(directory.resolve("agent.jar"));
    Processes processes = new Processes(directory);
    Members members = new Members(directory, processes);
    Process zooKeeper = zooKeeper(directory, processes, zooKeeperPort);
    CrashCluster cluster =
        new CrashCluster(directory, processes, members, zooKeeper, new FlinkRest(restPort));
    try {
      members.replaceMissing();
      cluster.await(
          "the task managers register",
          () -> cluster.rest.taskManagers() >= members.taskManagers());
      return cluster;
    } catch (Exception | AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  private static Process zooKeeper(Path directory, Processes processes, int port)
      throws IOException {
    return processes.start(
        "zookeeper",
        List.of("-Xmx64m", "-Dzookeeper.admin.enableServer=false"),
        "org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.server.ZooKeeperServerMain",
        List.of(
            Integer.toString(port),
            Files.createDirectories(directory.resolve("zookeeper")).toString(),
            TICK));
  }

  FlinkRest rest() {
    return rest;
  }

  Members members() {
    return members;
  }

  /**
   * Submits the stream.
   *
   * @return the job's id
   */
  String submit(List<String> arguments) throws IOException, InterruptedException {
    List<String> run =
        new ArrayList<>(List.of("run", "-d", "-p", "2", "-c", StreamJob.class.getName()));
    run.add(Processes.jobJar().toString());
    run.addAll(arguments);
    String said = processes.output("org.apache.flink.client.cli.CliFrontend", run);
    Matcher id = JOB_ID.matcher(said);
    if (!id.find()) {
      throw new IOException("No job was submitted: " + said);
    }
    return id.group(1);
  }

  /** Ends a job, whatever it is doing. */
  void cancel(String job) throws Exception {
    await("the job is told to end", () -> rest.cancel(job));
    await("the job ends", () -> !rest.state(job).matches("RUNNING|RESTARTING|CANCELLING"));
  }

  /** Writes down what all processes are doing, to find out why nothing goes on. */
  void dumpThreads(String name) throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "jstack");
    for (Member member : members.all()) {
      String pid = Long.toString(member.process().pid());
      Path dump = directory.resolve("threads-" + name + "-" + member.role() + "-" + pid + ".txt");
      new ProcessBuilder(java.toString(), pid).redirectOutput(dump.toFile()).start().waitFor();
    }
  }

  /** Waits for a condition; what cannot be asked yet does not hold yet. */
  private void await(String what, Callable<Boolean> condition) throws Exception {
    Waiting.await(what, "logs are in " + directory, PATIENCE, condition);
  }

  @Override
  public void close() {
    members.close();
    zooKeeper.destroyForcibly().onExit().join();
  }
}
