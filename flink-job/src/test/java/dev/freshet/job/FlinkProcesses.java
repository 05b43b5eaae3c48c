package dev.freshet.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts Flink's own entry points as processes, from the jars that the build lays out: Flink, Lance
 * and Arrow in {@code target/lib}, the file system and the reporter in {@code target/plugins}.
 */
public final class FlinkProcesses {

  static final Path TARGET = Path.of("target").toAbsolutePath();

  /** What a process is: its entry point, and Flink's word for the question of its memory. */
  record Role(String label, String memory, String main, List<String> arguments) {
    static final Role JOB_MANAGER =
        new Role(
            "jobmanager",
            "GET_JM_RESOURCE_PARAMS",
            "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
            List.of("--executionMode", "cluster"));
    static final Role TASK_MANAGER =
        new Role(
            "taskmanager",
            "GET_TM_RESOURCE_PARAMS",
            "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
            List.of());
  }

  private final Path directory;
  private int started;

  /**
   * @param directory with {@code conf}; logs come beside it
   */
  FlinkProcesses(Path directory) {
    this.directory = directory;
  }

  /**
   * Starts a process of the cluster.
   *
   * @param metricsPort where it answers Prometheus
   */
  Process start(Role role, int metricsPort) throws Exception {
    List<String> resources = resources(role);
    List<String> command = java(List.of(resources.get(0).split(" ")));
    command.add(role.main);
    command.addAll(List.of("--configDir", conf().toString()));
    command.addAll(List.of("-D", "metrics.reporter.prom.port=" + metricsPort));
    command.addAll(role.arguments);
    command.addAll(List.of(resources.get(1).split(" ")));
    return run(command, role.label + "-" + started++ + ".log");
  }

  /** Flink's own reckoning of a process's memory: JVM arguments, then dynamic options. */
  private List<String> resources(Role role) throws Exception {
    String prefix = "BASH_JAVA_UTILS_EXEC_RESULT:";
    return output(
            "org.apache.flink.runtime.util.bash.BashJavaUtils",
            List.of(role.memory, "--configDir", conf().toString()))
        .lines()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()))
        .toList();
  }

  /**
   * Runs a main class to its end.
   *
   * @return all that it said
   * @throws IOException if it fails or takes too long
   */
  String output(String main, List<String> arguments) throws Exception {
    List<String> command = java(List.of());
    command.add(main);
    command.addAll(arguments);
    String log = "command-" + started++ + ".log";
    Process process = run(command, log);
    boolean ended = process.waitFor(Waiting.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    String text = Files.readString(directory.resolve(log));
    if (!ended || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("Failed: " + String.join(" ", command) + "\n" + text);
    }
    return text;
  }

  private List<String> java(List<String> options) {
    List<String> command = JavaCommand.startWithVectors();
    command.addAll(options);
    command.add("-Dlog4j.configurationFile=" + conf().resolve("log4j.properties").toUri());
    command.addAll(List.of("-cp", TARGET.resolve("lib") + "/*"));
    return command;
  }

  private Process run(List<String> command, String log) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("FLINK_CONF_DIR", conf().toString());
    builder.environment().put("FLINK_LIB_DIR", TARGET.resolve("lib").toString());
    builder.environment().put("FLINK_PLUGINS_DIR", TARGET.resolve("plugins").toString());
    return builder.redirectOutput(directory.resolve(log).toFile()).start();
  }

  private Path conf() {
    return directory.resolve("conf");
  }
}
