#!/usr/bin/env bash
# An idle MiniCluster wakes two hundred times a second, and a system property of Pekko's stops that.
#
# Run:   Flink 2.3.0 starts a MiniCluster without a job, in two processes: one as it is, one with
#        -Dpekko.scheduler.tick-duration=100ms. After three seconds the voluntary context switches of
#        the threads that are named after a scheduler are counted, from /proc (Linux), for five.
# Guess: a cluster without a job waits for messages and heartbeats, so its timers wake it a few times
#        a second. And the property does nothing: Flink writes Pekko's configuration itself, hands it
#        over as an object, and loads Pekko by a class loader of its own from a jar within a jar.
# Seen:  there are two actor systems, one for the metrics alone, and the timer thread of each wakes
#        100 times a second, whether anything is due or not. The property is obeyed: 10 times a
#        second. Pekko lays what it is given over its reference configuration, and that is read with
#        the system properties of the process on top, whatever the class loader.
# Why:   these two threads were a third of what an idle streaming job costs in one process. Flink has
#        no option for it; timers of a job, such as restart delays, become as coarse as the tick.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >pom.xml <<'XML'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.flink</groupId><artifactId>flink-streaming-java</artifactId><version>2.3.0</version></dependency>
    <dependency><groupId>org.apache.flink</groupId><artifactId>flink-clients</artifactId><version>2.3.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B -Dstyle.color=never dependency:copy-dependencies -DoutputDirectory=lib
echo "version: $(basename lib/flink-streaming-java-*.jar .jar)"
cat >Finding.java <<'JAVA'
import java.nio.file.*;
import java.util.*;
import org.apache.flink.configuration.*;
import org.apache.flink.runtime.minicluster.*;

public class Finding {

  /** Voluntary context switches so far of each thread that is named after a scheduler. */
  static Map<String, Long> switches() throws Exception {
    Map<String, Long> found = new TreeMap<>();
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path task : tasks) {
        String name = Files.readString(task.resolve("comm")).strip();
        if (name.matches("flink-(scheduler|metrics-s).*")) {
          for (String line : Files.readAllLines(task.resolve("status"))) {
            if (line.startsWith("voluntary_ctxt_switches")) {
              found.merge(name, Long.parseLong(line.replaceAll("\\D+", "")), Long::sum);
            }
          }
        }
      }
    }
    return found;
  }

  public static void main(String[] args) throws Exception {
    Configuration config = new Configuration();
    config.set(RestOptions.BIND_PORT, "0");
    MiniClusterConfiguration size =
        new MiniClusterConfiguration.Builder()
            .setConfiguration(config)
            .setNumTaskManagers(1)
            .setNumSlotsPerTaskManager(1)
            .build();
    try (MiniCluster cluster = new MiniCluster(size)) {
      cluster.start();
      Thread.sleep(3000);
      Map<String, Long> before = switches();
      Thread.sleep(5000);
      Map<String, Long> after = switches();
      StringBuilder line = new StringBuilder();
      after.forEach((name, count) -> line.append((count - before.getOrDefault(name, count)) / 5).append(' '));
      System.out.println(line.toString().strip());
    }
    System.exit(0);
  }
}
JAVA
javac -cp 'lib/*' Finding.java
usual=$(java -cp 'lib/*:.' Finding)
coarse=$(java -Dpekko.scheduler.tick-duration=100ms -cp 'lib/*:.' Finding)
echo "wakes a second of each timer thread, as it is: $usual"
echo "with ticks of 100 ms: $coarse"
read -r -a threads <<<"$usual"
[[ ${#threads[@]} -eq 2 ]] || { echo "changed: not two timer threads"; exit 1; }
for count in $usual; do
  ((count >= 60)) || { echo "changed: they wake less often"; exit 1; }
done
for count in $coarse; do
  ((count <= 25)) || { echo "changed: the property is not obeyed"; exit 1; }
done
