package dev.freshet.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is handed out to a reader that is busy is in the checkpoint that begins next. */
class HandOutOrderITCase {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** In which the request for a checkpoint reaches the task of the reader. */
  private static final Duration WAY_TO_THE_READER = Duration.ofMillis(500);

  /** What the stage behind the reader has seen, by the state that it goes on from. */
  private static final Set<Long> SEEN = ConcurrentHashMap.newKeySet();

  private static final CountDownLatch RESTORED = new CountDownLatch(1);
  private static final CountDownLatch FREE = new CountDownLatch(1);

  @TempDir Path checkpoints;

  @Test
  void isInTheCheckpoint() throws Exception {
    Configuration flink = flink();
    try (MiniCluster cluster = cluster(flink)) {
      cluster.start();
      JobGraph job = job(flink);
      cluster.submitJob(job).get();
      await(HandOut.SECOND_ASSIGNED, "the second is handed out while the first is worked on");
      CompletableFuture<?> checkpoint =
          cluster.triggerCheckpoint(job.getJobID(), CheckpointType.CONFIGURED);
      await(HandOut.BOTH_ASSIGNED_AT_SNAPSHOT, "a checkpoint begins behind both");
      Thread.sleep(WAY_TO_THE_READER.toMillis());
      FREE.countDown();
      checkpoint.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      cluster.terminateTaskManager(0).get();
      cluster.startTaskManager();
      await(RESTORED, "the job goes on from the checkpoint");
      Waiting.await(
          "both are seen", "one is in no state", PATIENCE, () -> SEEN.equals(Set.of(0L, 1L)));
    }
  }

  private static void await(CountDownLatch latch, String what) throws InterruptedException {
    assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(what).isTrue();
  }

  private Configuration flink() {
    Configuration flink = new Configuration();
    RequiredSettings.addTo(flink, Duration.ofDays(30));
    flink.set(CoreOptions.DEFAULT_PARALLELISM, 1);
    flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    flink.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 100);
    flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(50));
    return flink;
  }

  private static MiniCluster cluster(Configuration flink) {
    return new MiniCluster(
        new MiniClusterConfiguration.Builder()
            .setConfiguration(flink)
            .setNumTaskManagers(1)
            .setNumSlotsPerTaskManager(1)
            .withRandomPorts()
            .build());
  }

  private static JobGraph job(Configuration flink) {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(flink);
    env.fromSource(new HandOut(), WatermarkStrategy.noWatermarks(), "hand out", Types.LONG)
        .map(new Work())
        .sinkTo(new DiscardingSink<>());
    return env.getStreamGraph().getJobGraph();
  }

  /** Runs in the reader's thread, and is at work on the first for as long as it is not freed. */
  private static final class Work extends RichMapFunction<Long, Long>
      implements CheckpointedFunction {

    private static final long serialVersionUID = 1L;

    private transient ListState<Long> seen;

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
      seen =
          context
              .getOperatorStateStore()
              .getListState(new ListStateDescriptor<>("seen", Types.LONG));
      SEEN.clear();
      seen.get().forEach(SEEN::add);
      if (context.isRestored()) {
        RESTORED.countDown();
      }
    }

    @Override
    public Long map(Long number) throws Exception {
      HandOut.FIRST_AT_WORK.countDown();
      FREE.await();
      SEEN.add(number);
      return number;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
      seen.update(List.copyOf(SEEN));
    }
  }
}
