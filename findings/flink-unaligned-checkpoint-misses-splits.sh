#!/usr/bin/env bash
# A checkpoint that begins unaligned loses what a source's enumerator has handed out before it.
#
# Run:   Flink 2.3.0 runs a job of one source and one map in a MiniCluster. The enumerator hands out
#        number 0, and when the map works on that, number 1. Then a checkpoint is taken while the map
#        is still at work, the map is let go, the checkpoint completes, the task manager is killed,
#        and the job goes on from the checkpoint. Both numbers should have been mapped then. The job
#        runs twice: with unaligned checkpoints as Flink has them by default, and with an aligned
#        checkpoint timeout of 1 ms, after which checkpoints become unaligned as well.
# Guess: Flink keeps the order of an enumerator's events and of its checkpoints, so a split that was
#        assigned before the enumerator's snapshot is in the reader's snapshot or comes back to the
#        enumerator. Both runs map both numbers.
# Seen:  without the timeout number 1 is never mapped: the enumerator's snapshot says that it was
#        assigned, the reader's is without it, and nothing is added back. With the timeout both are.
#        A request for an unaligned checkpoint is an urgent mail of the task, and the assignment an
#        ordinary one, so the request overtakes it where the source's thread is busy.
# Why:   rows that are missing without an error, with any source whose enumerator assigns while its
#        task is busy. A timeout of 1 ms costs next to nothing and keeps the order.
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
import java.nio.file.Files;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.*;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.*;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource.NumberSequenceSplit;
import org.apache.flink.configuration.*;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.*;
import org.apache.flink.runtime.state.*;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

public class Finding {
  static CountDownLatch working, secondAssigned, snapshotBehindBoth, letGo, restored;
  static Set<Long> mapped;

  static class Numbers implements Source<Long, NumberSequenceSplit, Collection<NumberSequenceSplit>> {
    final NumberSequenceSource numbers = new NumberSequenceSource(0, 1);
    public Boundedness getBoundedness() { return Boundedness.CONTINUOUS_UNBOUNDED; }
    public SplitEnumerator<NumberSequenceSplit, Collection<NumberSequenceSplit>> createEnumerator(SplitEnumeratorContext<NumberSequenceSplit> context) {
      return restoreEnumerator(context, List.of(new NumberSequenceSplit("a", 0, 0), new NumberSequenceSplit("b", 1, 1)));
    }
    public SplitEnumerator<NumberSequenceSplit, Collection<NumberSequenceSplit>> restoreEnumerator(SplitEnumeratorContext<NumberSequenceSplit> context, Collection<NumberSequenceSplit> left) {
      return new Enumerator(context, new ArrayDeque<>(left));
    }
    public SourceReader<Long, NumberSequenceSplit> createReader(SourceReaderContext context) { return numbers.createReader(context); }
    public SimpleVersionedSerializer<NumberSequenceSplit> getSplitSerializer() { return numbers.getSplitSerializer(); }
    public SimpleVersionedSerializer<Collection<NumberSequenceSplit>> getEnumeratorCheckpointSerializer() { return numbers.getEnumeratorCheckpointSerializer(); }
  }

  record Enumerator(SplitEnumeratorContext<NumberSequenceSplit> context, Deque<NumberSequenceSplit> left)
      implements SplitEnumerator<NumberSequenceSplit, Collection<NumberSequenceSplit>> {
    public void start() { context.callAsync(() -> 0, (zero, failure) -> look(), 2000, 10); }
    void look() {
      if (left.size() == 2) {
        context.assignSplit(left.removeFirst(), 0);
      } else if (left.size() == 1 && working.getCount() == 0) {
        context.assignSplit(left.removeFirst(), 0);
        secondAssigned.countDown();
      }
    }
    public Collection<NumberSequenceSplit> snapshotState(long checkpoint) {
      if (left.isEmpty()) {
        snapshotBehindBoth.countDown();
      }
      return List.copyOf(left);
    }
    public void handleSplitRequest(int subtask, String host) {}
    public void addSplitsBack(List<NumberSequenceSplit> splits, int subtask) { left.addAll(splits); }
    public void addReader(int subtask) {}
    public void close() {}
  }

  static class Busy extends RichMapFunction<Long, Long> implements CheckpointedFunction {
    transient ListState<Long> state;
    public void initializeState(FunctionInitializationContext context) throws Exception {
      state = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("mapped", Types.LONG));
      mapped.clear();
      for (Long number : state.get()) {
        mapped.add(number);
      }
      if (context.isRestored()) {
        restored.countDown();
      }
    }
    public Long map(Long number) throws Exception {
      working.countDown();
      letGo.await();
      mapped.add(number);
      return number;
    }
    public void snapshotState(FunctionSnapshotContext context) throws Exception { state.update(List.copyOf(mapped)); }
  }

  static Set<Long> run(Duration timeout) throws Exception {
    working = new CountDownLatch(1);
    secondAssigned = new CountDownLatch(1);
    snapshotBehindBoth = new CountDownLatch(1);
    letGo = new CountDownLatch(1);
    restored = new CountDownLatch(1);
    mapped = ConcurrentHashMap.newKeySet();
    Configuration config = new Configuration();
    config.set(RestOptions.BIND_PORT, "0");
    config.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofHours(1));
    config.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, Files.createTempDirectory("checkpoints").toUri().toString());
    config.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
    config.set(CheckpointingOptions.ALIGNED_CHECKPOINT_TIMEOUT, timeout);
    config.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 100);
    config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(50));
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(config);
    env.setParallelism(1);
    env.fromSource(new Numbers(), WatermarkStrategy.noWatermarks(), "numbers", Types.LONG).map(new Busy()).sinkTo(new DiscardingSink<>());
    JobGraph job = env.getStreamGraph().getJobGraph();
    MiniClusterConfiguration size =
        new MiniClusterConfiguration.Builder().setConfiguration(config).setNumTaskManagers(1).setNumSlotsPerTaskManager(1).withRandomPorts().build();
    try (MiniCluster cluster = new MiniCluster(size)) {
      cluster.start();
      cluster.submitJob(job).get();
      await(secondAssigned);
      CompletableFuture<?> checkpoint = cluster.triggerCheckpoint(job.getJobID(), CheckpointType.CONFIGURED);
      await(snapshotBehindBoth);
      Thread.sleep(500);
      letGo.countDown();
      checkpoint.get(30, TimeUnit.SECONDS);
      cluster.terminateTaskManager(0).get();
      cluster.startTaskManager();
      await(restored);
      Thread.sleep(5000);
      return new TreeSet<>(mapped);
    }
  }

  static void await(CountDownLatch latch) throws Exception {
    if (!latch.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("too slow");
    }
  }

  public static void main(String[] args) throws Exception {
    Set<Long> unaligned = run(Duration.ZERO);
    Set<Long> aligned = run(Duration.ofMillis(1));
    System.out.println("mapped, checkpoints unaligned from the start: " + unaligned);
    System.out.println("mapped, aligned for 1 ms first: " + aligned);
    boolean asDescribed = unaligned.equals(Set.of(0L)) && aligned.equals(Set.of(0L, 1L));
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
