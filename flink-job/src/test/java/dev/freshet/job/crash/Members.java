package dev.freshet.job.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * The processes of a cluster that may die, each with the agent. They do not outlive this JVM, even
 * if it is told to end.
 */
final class Members implements AutoCloseable {

  private static final int TASK_MANAGERS = 2;

  private final Path directory;
  private final Processes processes;
  private final List<String> jobManagerMemory;
  private final List<String> taskManagerMemory;
  private final List<Member> members = new CopyOnWriteArrayList<>();
  private final Thread lastResort = new Thread(this::destroyAll);

  /**
   * @param directory with {@code agent.jar} and Flink's {@code conf}
   */
  Members(Path directory, Processes processes) throws IOException, InterruptedException {
    this.directory = directory;
    this.processes = processes;
    this.jobManagerMemory = memory("GET_JM_RESOURCE_PARAMS");
    this.taskManagerMemory = memory("GET_TM_RESOURCE_PARAMS");
    Runtime.getRuntime().addShutdownHook(lastResort);
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

  /** The file from which the processes take their orders. */
  Path orderFile() {
    return directory.resolve("order");
  }

  /** All that were not taken as dead. */
  List<Member> all() {
    return List.copyOf(members);
  }

  /** Those of a role that live. */
  List<Member> living(CrashPoint.Role role) {
    return members.stream()
        .filter(member -> member.role() == role && member.process().isAlive())
        .toList();
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

  /** How many there are when none is missing. */
  int taskManagers() {
    return TASK_MANAGERS;
  }

  /** Starts the collection of garbage, unless one is under way. */
  void collectGarbage(Path table, Duration grace) throws IOException {
    if (living(CrashPoint.Role.GARBAGE_COLLECTOR).isEmpty()) {
      Path scratch = scratch(CrashPoint.Role.GARBAGE_COLLECTOR);
      List<String> collect =
          List.of("gc", "--dataset", table.toString(), "--grace", grace.toSeconds() + " s");
      Process process = processes.freshet(agent(scratch), collect);
      members.add(new Member(CrashPoint.Role.GARBAGE_COLLECTOR, process, scratch));
    }
  }

  private void start(CrashPoint.Role role, List<String> memory, String main, List<String> more)
      throws IOException {
    Path scratch = scratch(role);
    List<String> options = new ArrayList<>(List.of(memory.get(0).split(" ")));
    options.addAll(agent(scratch));
    List<String> arguments =
        new ArrayList<>(List.of("--configDir", directory.resolve("conf").toString()));
    arguments.addAll(List.of("-D", "io.tmp.dirs=" + scratch));
    arguments.addAll(more);
    arguments.addAll(List.of(memory.get(1).split(" ")));
    members.add(new Member(role, processes.start(name(role), options, main, arguments), scratch));
  }

  private Path scratch(CrashPoint.Role role) throws IOException {
    return Files.createTempDirectory(directory, name(role));
  }

  private static String name(CrashPoint.Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }

  private List<String> agent(Path scratch) {
    return List.of(
        "-D" + Victim.ORDER + "=" + orderFile(),
        "-D" + NativeLibraries.DIRECTORY + "=" + directory,
        "-Djava.io.tmpdir=" + scratch,
        "-javaagent:" + directory.resolve("agent.jar"));
  }

  private void destroyAll() {
    members.forEach(member -> member.process().destroyForcibly());
  }

  @Override
  public void close() {
    destroyAll();
    members.forEach(member -> member.process().onExit().join());
    Runtime.getRuntime().removeShutdownHook(lastResort);
  }
}
