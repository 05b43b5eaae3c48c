#!/usr/bin/env bash
# A restarted job takes the rare checkpoints of a backlog though its source has told of none.
#
# Run:   Flink 2.3.0 runs a job of one source in a MiniCluster, with a checkpoint each 200 ms and,
#        while a source processes a backlog, each hour. Its enumerator fails the job once, after two
#        seconds, and says nothing to Flink after the restart. The job is run twice: in one run the
#        enumerator has called setIsProcessingBacklog(true) before it fails, in the other it has not.
#        Checkpoints are counted in the four seconds after the restart.
# Guess: a source that starts is not processing a backlog until it says so. Its enumerator was made
#        anew by the restart, and what it does not know of cannot be in force: both runs take some
#        twenty checkpoints.
# Seen:  after the restart the run that had told of a backlog takes none in these four seconds. The
#        other one takes a checkpoint each 200 ms. What a source said is remembered by the
#        checkpoint coordinator of the job, which outlives enumerators.
# Why:   whatever is committed when a checkpoint completes, such as appends and index segments, waits
#        for that hour. An enumerator that uses this switch has to tell its state after every start,
#        also that there is no backlog, and must not keep for itself what it told before.
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
import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.*;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.*;
import org.apache.flink.configuration.*;
import org.apache.flink.core.io.*;
import org.apache.flink.runtime.minicluster.*;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

public class Finding {
  static final AtomicInteger starts = new AtomicInteger();

  record Split(String splitId) implements SourceSplit {}

  static class Ids implements SimpleVersionedSerializer<String> {
    public int getVersion() { return 1; }
    public byte[] serialize(String text) { return text.getBytes(); }
    public String deserialize(int version, byte[] bytes) { return new String(bytes); }
  }

  static class Splits implements SimpleVersionedSerializer<Split> {
    public int getVersion() { return 1; }
    public byte[] serialize(Split split) { return split.splitId().getBytes(); }
    public Split deserialize(int version, byte[] bytes) { return new Split(new String(bytes)); }
  }

  /** Emits nothing, and never ends. */
  record Silent(boolean tells) implements Source<String, Split, String> {
    public Boundedness getBoundedness() { return Boundedness.CONTINUOUS_UNBOUNDED; }
    public SplitEnumerator<Split, String> createEnumerator(SplitEnumeratorContext<Split> context) {
      return new Enumerator(context, tells);
    }
    public SplitEnumerator<Split, String> restoreEnumerator(SplitEnumeratorContext<Split> context, String state) {
      return new Enumerator(context, tells);
    }
    public SimpleVersionedSerializer<Split> getSplitSerializer() { return new Splits(); }
    public SimpleVersionedSerializer<String> getEnumeratorCheckpointSerializer() { return new Ids(); }
    public SourceReader<String, Split> createReader(SourceReaderContext context) { return new Reader(); }
  }

  record Enumerator(SplitEnumeratorContext<Split> context, boolean tells)
      implements SplitEnumerator<Split, String> {
    public void start() {
      if (starts.incrementAndGet() > 1) {
        return;
      }
      if (tells) {
        context.setIsProcessingBacklog(true);
      }
      context.callAsync(
          () -> { Thread.sleep(2000); return 0; },
          (ready, failure) -> { throw new IllegalStateException("once"); });
    }
    public void handleSplitRequest(int subtask, String host) {}
    public void addSplitsBack(List<Split> splits, int subtask) {}
    public void addReader(int subtask) {}
    public String snapshotState(long checkpoint) { return ""; }
    public void close() {}
  }

  static class Reader implements SourceReader<String, Split> {
    public void start() {}
    public InputStatus pollNext(ReaderOutput<String> output) { return InputStatus.NOTHING_AVAILABLE; }
    public List<Split> snapshotState(long checkpoint) { return List.of(); }
    public CompletableFuture<Void> isAvailable() { return new CompletableFuture<>(); }
    public void addSplits(List<Split> splits) {}
    public void notifyNoMoreSplits() {}
    public void close() {}
  }

  /** Checkpoints that complete in four seconds after the restart. */
  static long checkpoints(boolean tells) throws Exception {
    starts.set(0);
    Configuration config = new Configuration();
    config.set(RestOptions.BIND_PORT, "0");
    config.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200));
    config.set(CheckpointingOptions.CHECKPOINTING_INTERVAL_DURING_BACKLOG, Duration.ofHours(1));
    config.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(config);
    env.setParallelism(1);
    env.fromSource(new Silent(tells), WatermarkStrategy.noWatermarks(), "source", Types.STRING)
        .sinkTo(new DiscardingSink<>());
    MiniClusterConfiguration size =
        new MiniClusterConfiguration.Builder()
            .setConfiguration(config)
            .setNumTaskManagers(1)
            .setNumSlotsPerTaskManager(1)
            .build();
    try (MiniCluster cluster = new MiniCluster(size)) {
      cluster.start();
      JobID job = cluster.submitJob(env.getStreamGraph().getJobGraph()).get().getJobID();
      while (starts.get() < 2 || cluster.getJobStatus(job).get() != JobStatus.RUNNING) {
        Thread.sleep(50);
      }
      Thread.sleep(1000);
      long before = completed(cluster, job);
      Thread.sleep(4000);
      long taken = completed(cluster, job) - before;
      cluster.cancelJob(job).get();
      return taken;
    }
  }

  static long completed(MiniCluster cluster, JobID job) throws Exception {
    return cluster.getExecutionGraph(job).get().getCheckpointStatsSnapshot().getCounts().getNumberOfCompletedCheckpoints();
  }

  public static void main(String[] args) throws Exception {
    long silent = checkpoints(false);
    long told = checkpoints(true);
    System.out.println("checkpoints in 4 s after the restart, nothing was ever told: " + silent);
    System.out.println("the same, a backlog was told before the restart: " + told);
    boolean asDescribed = silent >= 10 && told <= 1;
    System.out.println(asDescribed ? "as described" : "CHANGED");
    System.exit(asDescribed ? 0 : 1);
  }
}
JAVA
opens=()
for package in java.lang java.util java.time java.net java.util.concurrent; do
  opens+=(--add-opens "java.base/$package=ALL-UNNAMED")
done
javac -nowarn -cp "lib/*" Finding.java
java "${opens[@]}" -cp "lib/*:." Finding
