package dev.freshet.job.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Flink's configuration of a cluster that is killed all the time: losses are noticed at once,
 * restarts are not counted, and a job outlives its job manager by ZooKeeper.
 */
final class CrashSettings {

  private static final List<String> LOGGING =
      List.of(
          "rootLogger.level = INFO",
          "rootLogger.appenderRef.console.ref = Console",
          "appender.console.type = CONSOLE",
          "appender.console.name = Console",
          "appender.console.layout.type = PatternLayout",
          "appender.console.layout.pattern = %d %-5p %c{1} - %m%n");

  private CrashSettings() {}

  /** Writes {@code conf} into the cluster's directory. */
  static void write(Path directory, int restPort, int zooKeeperPort) throws IOException {
    Map<String, String> all = new LinkedHashMap<>();
    addProcesses(all, restPort);
    addRecovery(all, directory, zooKeeperPort);
    Path conf = Files.createDirectories(directory.resolve("conf"));
    Files.write(
        conf.resolve("config.yaml"),
        all.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList());
    Files.write(conf.resolve("log4j.properties"), LOGGING);
  }

  private static void addProcesses(Map<String, String> all, int restPort) {
    all.put("jobmanager.rpc.address", "127.0.0.1");
    all.put("jobmanager.bind-host", "127.0.0.1");
    all.put("jobmanager.memory.process.size", "1g");
    all.put("taskmanager.bind-host", "127.0.0.1");
    all.put("taskmanager.host", "127.0.0.1");
    all.put("taskmanager.memory.process.size", "1400m");
    all.put("taskmanager.memory.task.off-heap.size", "256m");
    all.put("taskmanager.memory.network.min", "32m");
    all.put("taskmanager.memory.network.max", "32m");
    all.put("taskmanager.memory.managed.size", "64m");
    all.put("taskmanager.numberOfTaskSlots", "2");
    all.put("rest.address", "127.0.0.1");
    all.put("rest.bind-address", "127.0.0.1");
    all.put("rest.port", Integer.toString(restPort));
  }

  private static void addRecovery(Map<String, String> all, Path directory, int zooKeeperPort) {
    all.put("high-availability.type", "zookeeper");
    all.put("high-availability.zookeeper.quorum", "127.0.0.1:" + zooKeeperPort);
    all.put("high-availability.zookeeper.client.session-timeout", "5000 ms");
    all.put("high-availability.storageDir", directory.resolve("ha").toUri().toString());
    all.put("heartbeat.interval", "400");
    all.put("heartbeat.timeout", "20000");
    all.put("restart-strategy.type", "fixed-delay");
    all.put("restart-strategy.fixed-delay.attempts", Integer.toString(Integer.MAX_VALUE));
    all.put("restart-strategy.fixed-delay.delay", "100 ms");
    all.put("state.backend.type", "rocksdb");
    all.put("execution.checkpointing.incremental", "true");
    all.put("execution.checkpointing.interval", "500 ms");
    all.put("execution.checkpointing.tolerable-failed-checkpoints", "1000");
    all.put("execution.checkpointing.dir", directory.resolve("checkpoints").toUri().toString());
    all.put(
        "execution.checkpointing.savepoint-dir",
        directory.resolve("savepoints").toUri().toString());
  }
}
