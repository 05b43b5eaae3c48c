package dev.freshet.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Flink session cluster of processes of their own, from the jars that the build lays out: Flink,
 * Lance and Arrow in {@code target/lib}, the file system and the reporter in {@code
 * target/plugins}, the thin job jar. Everything is bound to the loopback interface.
 */
final class StandaloneCluster implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final Pattern JOB_ID = Pattern.compile("JobID ([0-9a-f]{32})");
  private static final List<String> OPENS =
      Stream.of(
              "java.lang",
              "java.lang.reflect",
              "java.net",
              "java.io",
              "java.nio",
              "java.text",
              "java.time",
              "java.util",
              "java.util.concurrent",
              "java.util.concurrent.atomic",
              "java.util.concurrent.locks",
              "sun.nio.ch")
          .map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED")
          .toList();

  private final Path directory;
  private final int restPort;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final List<Process> taskManagers = new ArrayList<>();
  private final Map<String, Integer> metricPorts = new LinkedHashMap<>();
  private Process jobManager;
  private int started;

  private StandaloneCluster(Path directory, int restPort) {
    this.directory = directory;
    this.restPort = restPort;
  }

  /**
   * Writes the configuration and starts the job manager.
   *
   * @param settings of Flink, on top of those that make a cluster on one machine
   */
  static StandaloneCluster start(Path directory, Map<String, String> settings) throws Exception {
    int restPort = S3Server.freePort();
    Map<String, String> all = new LinkedHashMap<>();
    all.put("jobmanager.rpc.address", "127.0.0.1");
    all.put("jobmanager.rpc.port", Integer.toString(S3Server.freePort()));
    all.put("jobmanager.bind-host", "127.0.0.1");
    all.put("jobmanager.memory.process.size", "1g");
    all.put("taskmanager.bind-host", "127.0.0.1");
    all.put("taskmanager.host", "127.0.0.1");
    all.put("taskmanager.memory.process.size", "2g");
    all.put("taskmanager.memory.task.off-heap.size", "512m");
    all.put("taskmanager.memory.network.max", "64m");
    all.put("taskmanager.memory.managed.size", "256m");
    all.put("taskmanager.numberOfTaskSlots", "2");
    all.put("rest.address", "127.0.0.1");
    all.put("rest.bind-address", "127.0.0.1");
    all.put("rest.port", Integer.toString(restPort));
    all.put("heartbeat.interval", "1000");
    all.put("heartbeat.timeout", "6000");
    all.put("metrics.reporters", "prom");
    all.put(
        "metrics.reporter.prom.factory.class",
        "org.apache.flink.metrics.prometheus.PrometheusReporterFactory");
    all.put("io.tmp.dirs", Files.createDirectories(directory.resolve("tmp")).toString());
    all.putAll(settings);
    Path conf = Files.createDirectories(directory.resolve("conf"));
    Files.write(
        conf.resolve("config.yaml"),
        all.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList());
    Files.writeString(
        conf.resolve("log4j.properties"),
        String.join(
            "\n",
            "rootLogger.level = INFO",
            "rootLogger.appenderRef.console.ref = Console",
            "appender.console.type = CONSOLE",
            "appender.console.name = Console",
            "appender.console.layout.type = PatternLayout",
            "appender.console.layout.pattern = %d %-5p %c{1} - %m%n"));
    StandaloneCluster cluster = new StandaloneCluster(directory, restPort);
    cluster.startJobManager();
    return cluster;
  }

  void startJobManager() throws Exception {
    jobManager =
        process(
            "jobmanager",
            "GET_JM_RESOURCE_PARAMS",
            "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
            List.of("--executionMode", "cluster"));
    await("the job manager answers", () -> rest("/overview").has("taskmanagers"));
  }

  void startTaskManager() throws Exception {
    taskManagers.add(
        process(
            "taskmanager",
            "GET_TM_RESOURCE_PARAMS",
            "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
            List.of()));
    await(
        "the task managers register",
        () -> rest("/overview").get("taskmanagers").asInt() >= taskManagers.size());
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

  private Process process(String role, String memory, String main, List<String> arguments)
      throws Exception {
    int metrics = S3Server.freePort();
    String name = role + "-" + started++;
    metricPorts.put(name, metrics);
    List<String> resources = resources(memory);
    List<String> command = java(List.of(resources.get(0).split(" ")));
    command.add(main);
    command.addAll(List.of("--configDir", directory.resolve("conf").toString()));
    command.addAll(List.of("-D", "metrics.reporter.prom.port=" + metrics));
    command.addAll(arguments);
    command.addAll(List.of(resources.get(1).split(" ")));
    return run(command, name + ".log");
  }

  /** Flink's own reckoning of a process's memory: JVM arguments, then dynamic options. */
  private List<String> resources(String question) throws Exception {
    List<String> command = java(List.of());
    command.addAll(
        List.of(
            "org.apache.flink.runtime.util.bash.BashJavaUtils",
            question,
            "--configDir",
            directory.resolve("conf").toString()));
    String prefix = "BASH_JAVA_UTILS_EXEC_RESULT:";
    return output(command)
        .lines()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()))
        .toList();
  }

  private List<String> java(List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(OPENS);
    command.add("--add-modules=jdk.incubator.vector");
    command.add("-Dlog4j.configurationFile=" + directory.resolve("conf/log4j.properties").toUri());
    command.addAll(List.of("-cp", TARGET.resolve("lib") + "/*"));
    return command;
  }

  private Process run(List<String> command, String log) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("FLINK_CONF_DIR", directory.resolve("conf").toString());
    builder.environment().put("FLINK_LIB_DIR", TARGET.resolve("lib").toString());
    builder.environment().put("FLINK_PLUGINS_DIR", TARGET.resolve("plugins").toString());
    return builder.redirectOutput(directory.resolve(log).toFile()).start();
  }

  private String output(List<String> command) throws Exception {
    String log = "command-" + started++ + ".log";
    Process process = run(command, log);
    boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    String text = Files.readString(directory.resolve(log));
    if (!ended || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("Failed: " + String.join(" ", command) + "\n" + text);
    }
    return text;
  }

  /** Runs Flink's command line, as a user does. */
  String flink(List<String> arguments) throws Exception {
    List<String> command = java(List.of());
    command.add("org.apache.flink.client.cli.CliFrontend");
    command.addAll(arguments);
    return output(command);
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
    run.addAll(List.of("-c", StreamJob.class.getName(), TARGET.resolve("freshet.jar").toString()));
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
    await(
        "all tasks of the job run",
        () -> {
          JsonNode status = rest("/jobs/" + job);
          boolean running = status.get("state").asText().equals("RUNNING");
          for (JsonNode vertex : status.get("vertices")) {
            running &= vertex.get("status").asText().equals("RUNNING");
          }
          return running;
        });
  }

  /** Checkpoints of a job that are complete. */
  int checkpoints(String job) throws Exception {
    return rest("/jobs/" + job + "/checkpoints").get("counts").get("completed").asInt();
  }

  /** How often a job was restored from a checkpoint. */
  int restores(String job) throws Exception {
    return rest("/jobs/" + job + "/checkpoints").get("counts").get("restored").asInt();
  }

  /** Where the last complete checkpoint of a job is. */
  String lastCheckpoint(String job) throws Exception {
    return rest("/jobs/" + job + "/checkpoints")
        .get("latest")
        .get("completed")
        .get("external_path")
        .asText();
  }

  boolean hasTaskManager() throws Exception {
    return rest("/overview").get("taskmanagers").asInt() > 0;
  }

  /** What every process that lives shows Prometheus. */
  String metrics() throws IOException, InterruptedException {
    StringBuilder all = new StringBuilder();
    for (int port : metricPorts.values()) {
      try {
        all.append(get("http://127.0.0.1:" + port + "/metrics"));
      } catch (java.net.ConnectException e) {
        continue; // that process was killed
      }
    }
    return all.toString();
  }

  private JsonNode rest(String path) throws IOException, InterruptedException {
    return json.readTree(get("http://127.0.0.1:" + restPort + path));
  }

  private String get(String url) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
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
      Thread.sleep(200);
    }
    throw new AssertionError("Waited in vain that " + what + "; logs are in " + directory, last);
  }

  @Override
  public void close() throws InterruptedException {
    taskManagers.forEach(Process::destroyForcibly);
    if (jobManager != null) {
      jobManager.destroyForcibly().waitFor();
    }
    for (Process taskManager : taskManagers) {
      taskManager.waitFor();
    }
  }
}
