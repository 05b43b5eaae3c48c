package dev.freshet.job;

import dev.freshet.operators.assemble.BuildSegments;
import dev.freshet.operators.assign.AssignVectors;
import dev.freshet.operators.assign.ShardKeySelector;
import dev.freshet.operators.discover.FragmentSource;
import dev.freshet.operators.maintenance.CompactFragments;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.plan.PlanSegments;
import dev.freshet.operators.publish.PublishSegments;
import dev.freshet.operators.train.TrainModel;
import dev.freshet.operators.wire.Publication;
import dev.freshet.operators.wire.WireKind;
import dev.freshet.operators.wire.WireTypeInfo;
import dev.freshet.operators.wire.Work;
import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The stream, from the manifest to the published index; read it from top to bottom. */
public final class IndexPipeline {

  /** Names of the stages; each is the uid of its operator's state and never changes. */
  public static final String DISCOVER_FRAGMENTS = "discover-fragments";

  public static final String TRAIN_MODEL = "train-model";
  public static final String ASSIGN_VECTORS = "assign-vectors";
  public static final String PLAN_SEGMENTS = "plan-segments";
  public static final String BUILD_SEGMENTS = "build-segments";
  public static final String COMPACT_FRAGMENTS = "compact-fragments";
  public static final String PUBLISH_SEGMENTS = "publish-segments";

  /** The maximum parallelism of keyed state; part of its layout, so it never changes. */
  public static final int KEY_GROUPS = 128;

  private IndexPipeline() {}

  /**
   * Adds the stream to an environment.
   *
   * @throws IllegalArgumentException if an option is missing or wrong
   */
  public static void build(StreamExecutionEnvironment env, Configuration config) {
    build(env, config, env.getParallelism());
  }

  /**
   * The same with another parallelism than the environment's.
   *
   * @param parallelism of the stages that assign, build and compact
   */
  public static void build(StreamExecutionEnvironment env, Configuration config, int parallelism) {
    String index = StreamOptions.from(config).index().name();

    SingleOutputStreamOperator<AssignTask> tasks =
        env.fromSource(
                new FragmentSource(config),
                WatermarkStrategy.noWatermarks(),
                "DiscoverFragments",
                type(WireKind.WORK, Work.class))
            .uid(DISCOVER_FRAGMENTS)
            .setParallelism(1)
            .process(new TrainModel(config), type(WireKind.ASSIGN_TASK, AssignTask.class))
            .name("TrainModel")
            .uid(TRAIN_MODEL)
            .setParallelism(1);

    DataStream<Publication> segments =
        tasks
            .keyBy(new ShardKeySelector(KEY_GROUPS))
            .process(new AssignVectors(config), type(WireKind.SEALED_SHARD, SealedShard.class))
            .name("AssignVectors")
            .uid(ASSIGN_VECTORS)
            .setParallelism(parallelism)
            .setMaxParallelism(KEY_GROUPS)
            .keyBy(shard -> index, Types.STRING)
            .process(new PlanSegments(config), type(WireKind.SEGMENT_PLAN, SegmentPlan.class))
            .name("PlanSegments")
            .uid(PLAN_SEGMENTS)
            .setParallelism(1)
            .setMaxParallelism(KEY_GROUPS)
            .rebalance()
            .process(new BuildSegments(config), type(WireKind.PUBLICATION, Publication.class))
            .name("BuildSegments")
            .uid(BUILD_SEGMENTS)
            .setParallelism(parallelism);

    DataStream<Publication> compactions =
        tasks
            .getSideOutput(TrainModel.COMPACTIONS)
            .rebalance()
            .process(new CompactFragments(config), type(WireKind.PUBLICATION, Publication.class))
            .name("CompactFragments")
            .uid(COMPACT_FRAGMENTS)
            .setParallelism(parallelism);

    segments
        .union(compactions, tasks.getSideOutput(TrainModel.RECHECKS))
        .sinkTo(new PublishSegments(config))
        .name("PublishSegments")
        .uid(PUBLISH_SEGMENTS)
        .setParallelism(1);
  }

  private static <T> TypeInformation<T> type(WireKind kind, Class<T> type) {
    return WireTypeInfo.of(kind, type);
  }
}
