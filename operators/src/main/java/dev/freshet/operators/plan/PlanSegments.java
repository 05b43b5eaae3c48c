package dev.freshet.operators.plan;

import dev.freshet.operators.metrics.StorageMetrics;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.wire.WireKind;
import dev.freshet.operators.wire.WireTypeInfo;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.planning.SegmentPlanner.Planned;
import dev.freshet.state.planning.UnpublishedPlans;
import dev.freshet.state.protocol.PlanningStep;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * PlanSegments: a window over sealed shards, closed by rows, by time, or by the end of the input.
 *
 * <p>Only the window lives here; what becomes of the shards is decided by {@link WindowPlanner}.
 */
public final class PlanSegments extends KeyedProcessFunction<String, SealedShard, SegmentPlan> {

  private static final long serialVersionUID = 1L;

  /** The watermark that Flink sends when a bounded input ends. */
  private static final long END_OF_INPUT = Long.MAX_VALUE;

  private final Configuration config;
  private transient StreamOptions options;
  private transient WindowPlanner planner;
  private transient ListState<SealedShard> sealed;
  private transient ValueState<UnpublishedPlans> unpublished;
  private transient ValueState<Long> rows;
  private transient ValueState<Long> timer;
  private transient boolean resumed;

  public PlanSegments(Configuration config) {
    this.config = config;
  }

  @Override
  public void open(OpenContext context) {
    options = StreamOptions.from(config);
    planner =
        new WindowPlanner(
            options,
            options.indexStorage(new StorageMetrics(getRuntimeContext().getMetricGroup())));
    sealed =
        getRuntimeContext()
            .getListState(
                new ListStateDescriptor<>(
                    "sealed-shards", WireTypeInfo.of(WireKind.SEALED_SHARD, SealedShard.class)));
    unpublished =
        getRuntimeContext()
            .getState(
                new ValueStateDescriptor<>(
                    "unpublished-plans",
                    WireTypeInfo.of(WireKind.UNPUBLISHED_PLANS, UnpublishedPlans.class)));
    rows = getRuntimeContext().getState(new ValueStateDescriptor<>("window-rows", Types.LONG));
    timer = getRuntimeContext().getState(new ValueStateDescriptor<>("window-timer", Types.LONG));
    resumed = true;
  }

  @Override
  public void processElement(SealedShard shard, Context context, Collector<SegmentPlan> out)
      throws Exception {
    sealed.add(shard);
    long inWindow = Optional.ofNullable(rows.value()).orElse(0L) + shard.rows().encoded();
    rows.update(inWindow);
    context.timerService().registerEventTimeTimer(END_OF_INPUT);
    if (inWindow >= options.segmentRows() && !planner.isOneSegment()) {
      close(out);
    } else if (!options.once()) {
      waitFor(options.window(), context);
    }
  }

  private void waitFor(Duration time, Context context) throws IOException {
    if (timer.value() == null) {
      long end = context.timerService().currentProcessingTime() + time.toMillis();
      context.timerService().registerProcessingTimeTimer(end);
      timer.update(end);
    }
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<SegmentPlan> out)
      throws Exception {
    if (context.timeDomain() == TimeDomain.PROCESSING_TIME) {
      timer.clear();
      resume();
      if (planner.mustWait(unpublished(), Instant.now())) {
        waitFor(options.pollInterval(), context);
        return;
      }
    }
    close(out);
    if (planner.isOneSegment() && !unpublished().plans().isEmpty() && !options.once()) {
      waitFor(options.pollInterval(), context); // to see whether there is one only
    }
  }

  /** Plans from before a restore wait from then on: once, or they would wait for ever. */
  private void resume() throws IOException {
    if (resumed) {
      unpublished.update(unpublished().resumed(Instant.now()));
      resumed = false;
    }
  }

  private UnpublishedPlans unpublished() throws IOException {
    return Optional.ofNullable(unpublished.value()).orElseGet(UnpublishedPlans::none);
  }

  private void close(Collector<SegmentPlan> out) throws Exception {
    Instant now = Instant.now();
    List<SealedShard> shards = new ArrayList<>();
    sealed.get().forEach(shards::add);
    resume();
    PlanningStep.Result result = planner.plan(shards, unpublished(), now);
    Planned planned = result.planned();
    planned.plans().forEach(out::collect);
    sealed.update(planned.waiting());
    unpublished.update(result.unpublished());
    rows.clear();
  }

  @Override
  public void close() {
    if (planner != null) {
      planner.close();
    }
  }
}
