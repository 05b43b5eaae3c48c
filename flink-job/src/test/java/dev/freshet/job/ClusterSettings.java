package dev.freshet.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Flink's configuration of a cluster on one machine: small, and bound to the loopback interface.
 */
final class ClusterSettings {

  private static final List<String> LOGGING =
      List.of(
          "rootLogger.level = INFO",
          "rootLogger.appenderRef.console.ref = Console",
          "appender.console.type = CONSOLE",
          "appender.console.name = Console",
          "appender.console.layout.type = PatternLayout",
          "appender.console.layout.pattern = %d %-5p %c{1} - %m%n");

  private ClusterSettings() {}

  /**
   * Writes {@code config.yaml} and {@code log4j.properties}.
   *
   * @param directory of the cluster, which gets {@code conf} and {@code tmp}
   * @param more settings, which win
   */
  static void write(Path directory, int restPort, Map<String, String> more) throws IOException {
    Map<String, String> settings = onLoopback(restPort);
    settings.put("io.tmp.dirs", Files.createDirectories(directory.resolve("tmp")).toString());
    settings.putAll(more);
    Path conf = Files.createDirectories(directory.resolve("conf"));
    Files.write(
        conf.resolve("config.yaml"),
        settings.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList());
    Files.write(conf.resolve("log4j.properties"), LOGGING);
  }

  private static Map<String, String> onLoopback(int restPort) throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("jobmanager.rpc.address", "127.0.0.1");
    settings.put("jobmanager.rpc.port", Integer.toString(FreePort.next()));
    settings.put("jobmanager.bind-host", "127.0.0.1");
    settings.put("jobmanager.memory.process.size", "1g");
    settings.put("taskmanager.bind-host", "127.0.0.1");
    settings.put("taskmanager.host", "127.0.0.1");
    settings.put("taskmanager.memory.process.size", "2g");
    settings.put("taskmanager.memory.task.off-heap.size", "512m");
    settings.put("taskmanager.memory.network.max", "64m");
    settings.put("taskmanager.memory.managed.size", "256m");
    settings.put("taskmanager.numberOfTaskSlots", "2");
    settings.put("rest.address", "127.0.0.1");
    settings.put("rest.bind-address", "127.0.0.1");
    settings.put("rest.port", Integer.toString(restPort));
    settings.put("heartbeat.interval", "1000");
    // A dead process refuses the heartbeat's call, which tells at once; a slow one is to live on.
    settings.put("heartbeat.timeout", "30000");
    settings.put("pekko.ask.timeout", "60 s");
    settings.put("pekko.startup-timeout", "60 s");
    settings.put("metrics.reporters", "prom");
    settings.put(
        "metrics.reporter.prom.factory.class",
        "org.apache.flink.metrics.prometheus.PrometheusReporterFactory");
    return settings;
  }
}
