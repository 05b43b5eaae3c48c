package dev.freshet.job.crash;

import dev.freshet.job.StreamJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A highly available Flink session cluster of processes: ZooKeeper, a job manager, and one task
 * manager more than a job needs, so that a job goes on while the successor of the dead one starts.
 */
final class CrashCluster implements AutoCloseable {

  private static final int TASK_MANAGERS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Pattern JOB_ID = Pattern.compile("JobID ([0-9a-f]{32})");

  /** Milliseconds; ZooKeeper lets no session end earlier than after two of them. */
  private static final String TICK = "500";

  /**
   * A process and what it is.
   *
   * @param scratch its directory of temporary files, which it leaves when it is killed
   */
  record Member(CrashPoint.Role role, Process process, Path scratch) {}

  private final Processes processes;
  private final Path directory;
  private final FlinkRest rest;
  private final List<Member> members = new ArrayList<>();
  private final Process zooKeeper;
  private List<String> jobManagerMemory = List.of();
  private List<String> taskManagerMemory = List.of();

  private CrashCluster(Path directory, Processes processes, Process zooKeeper, int restPort) {
    this.directory = directory;
    this.processes = processes;
    this.zooKeeper = zooKeeper;
    this.rest = new FlinkRest(restPort);
  }

  /** Starts all processes, with their logs and state in a directory. */
  static CrashCluster start(Path directory) throws Exception {
    int zooKeeperPort = Processes.freePort();
    int restPort = Processes.freePort();
    CrashSettings.write(directory, restPort, zooKeeperPort);
    AgentJar.write(directory.resolve("agent.jar"));
    Processes processes = new Processes(directory);
    Process zooKeeper =
        processes.start(
            "zookeeper",
            List.of("-Xmx64m", "-Dzookeeper.admin.enableServer=false"),
            "org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.server.ZooKeeperServerMain",
            List.of(
                Integer.toString(zooKeeperPort),
                Files.createDirectories(directory.resolve("zookeeper")).toString(),
                TICK));
    CrashCluster cluster = new CrashCluster(directory, processes, zooKeeper, restPort);
    try {
      cluster.jobManagerMemory = cluster.memory("GET_JM_RESOURCE_PARAMS");
      cluster.taskManagerMemory = cluster.memory("GET_TM_RESOURCE_PARAMS");
      cluster.replaceMissing();
      cluster.awaitTaskManagers();
      return cluster;
    } catch (Exception e) {
      cluster.close();
      throw e;
    }
  }

  /** Flink's own reckoning of a process's memory: JVM arguments, then dynamic options. */
  private List<String> memory(String question) throws IOException, InterruptedException {
    String prefix = "BASH_JAVA_UTILS_EXEC_RESULT:";
    return processes
        .output(
            "org.apache.flink.runtime.util.bash.BashJavaUtils",
            List.of(question, "--configDir", directory.resolve("conf").toString()))
        .lines()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()))
        .toList();
  }

  FlinkRest rest() {
    return rest;
  }

  /** The file from which the processes take their orders. */
  Path orderFile() {
    return directory.resolve("order");
  }

  /** A process that has ended; it is no member any more. */
  Optional<Member> takeDead() throws IOException {
    Optional<Member> dead =
        members.stream().filter(member -> !member.process().isAlive()).findFirst();
    if (dead.isPresent()) {
      members.remove(dead.get());
      delete(dead.get().scratch());
    }
    return dead;
  }

  private static void delete(Path scratch) throws IOException {
    try (Stream<Path> files = Files.walk(scratch)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Members of a role that live. */
  List<Member> living(CrashPoint.Role role) {
    return members.stream()
        .filter(member -> member.role() == role && member.process().isAlive())
        .toList();
  }

  /** Starts successors of those that died; does not wait for them. */
  void replaceMissing() throws IOException {
    if (living(CrashPoint.Role.JOB_MANAGER).isEmpty()) {
      start(
          CrashPoint.Role.JOB_MANAGER,
          jobManagerMemory,
          "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
          List.of("--executionMode", "cluster"));
    }
    while (living(CrashPoint.Role.TASK_MANAGER).size() < TASK_MANAGERS) {
      start(
          CrashPoint.Role.TASK_MANAGER,
          taskManagerMemory,
          "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
          List.of());
    }
  }

  private void start(CrashPoint.Role role, List<String> memory, String main, List<String> more)
      throws IOException {
    List<String> options = new ArrayList<>(List.of(memory.get(0).split(" ")));
    options.add("-D" + Victim.ORDER + "=" + orderFile());
    options.add("-D" + NativeLibraries.DIRECTORY + "=" + directory);
    options.add("-javaagent:" + directory.resolve("agent.jar"));
    String name = role.name().toLowerCase(Locale.ROOT);
    Path scratch = Files.createTempDirectory(directory, name);
    options.add("-Djava.io.tmpdir=" + scratch);
    List<String> arguments =
        new ArrayList<>(List.of("--configDir", directory.resolve("conf").toString()));
    arguments.addAll(List.of("-D", "io.tmp.dirs=" + scratch));
    arguments.addAll(more);
    arguments.addAll(List.of(memory.get(1).split(" ")));
    members.add(new Member(role, processes.start(name, options, main, arguments), scratch));
  }

  void awaitTaskManagers() throws Exception {
    await("the task managers register", () -> rest.taskManagers() >= TASK_MANAGERS);
  }

  /**
   * Submits the stream.
   *
   * @return the job's id
   */
  String submit(List<String> arguments) throws Exception {
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

  /** Writes down what all processes are doing, to find out why nothing goes on. */
  void dumpThreads(String name) throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "jstack");
    for (Member member : members) {
      String pid = Long.toString(member.process().pid());
      Path dump = directory.resolve("threads-" + name + "-" + member.role() + "-" + pid + ".txt");
      new ProcessBuilder(java.toString(), pid).redirectOutput(dump.toFile()).start().waitFor();
    }
  }

  /** Waits for a condition; what cannot be asked yet does not hold yet. */
  void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Exception last = new IOException("it does not hold");
    while (System.nanoTime() < deadline) {
      try {
        if (condition.call()) {
          return;
        }
      } catch (IOException | RuntimeException e) {
        last = e;
      }
      Thread.sleep(PAUSE.toMillis());
    }
    throw new AssertionError("Waited in vain that " + what + "; logs are in " + directory, last);
  }

  @Override
  public void close() throws InterruptedException {
    for (Member member : members) {
      member.process().destroyForcibly().waitFor();
    }
    zooKeeper.destroyForcibly().waitFor();
  }
}
