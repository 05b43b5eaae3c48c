package dev.freshet.state.serde;

import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.BuiltSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.ShardTask;
import dev.freshet.state.planning.InFlight;
import dev.freshet.state.planning.UnpublishedPlans;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The serializer of each type that reaches state or the wire; their lists by {@code list()}. */
public final class Serializers {

  public static final FormatSerializer<ShardTask> SHARD_TASK =
      first("shard task", ModelCodecs.SHARD_TASK_V1);

  public static final FormatSerializer<ModelReference> MODEL_REFERENCE =
      first("model reference", ModelCodecs.MODEL_REFERENCE_V1);

  public static final FormatSerializer<AssignTask> ASSIGN_TASK =
      second("assign task", ModelCodecs::assignTask);

  public static final FormatSerializer<SealedShard> SEALED_SHARD =
      second("sealed shard", ModelCodecs::sealedShard);

  public static final FormatSerializer<SegmentPlan> SEGMENT_PLAN =
      second("segment plan", ModelCodecs::segmentPlan);

  public static final FormatSerializer<BuiltSegment> BUILT_SEGMENT =
      second("built segment", ModelCodecs::builtSegment);

  public static final FormatSerializer<CompactionGroup> COMPACTION_GROUP =
      first("compaction group", ModelCodecs.COMPACTION_GROUP_V1);

  public static final FormatSerializer<InFlight> IN_FLIGHT =
      first("list of shards in flight", PlanningCodecs.IN_FLIGHT_V1);

  public static final FormatSerializer<UnpublishedPlans> UNPUBLISHED_PLANS =
      second("list of unpublished plans", PlanningCodecs::unpublishedPlans);

  private Serializers() {}

  private static <T> FormatSerializer<T> first(String type, Codec<T> codec) {
    return new FormatSerializer<>(type, Map.of(1, codec));
  }

  /** Of what names a model: always in the first version, in the second only if there is one. */
  private static <T> FormatSerializer<T> second(
      String type, Function<Codec<Optional<ModelReference>>, Codec<T>> codec) {
    return new FormatSerializer<>(
        type,
        Map.of(
            1, codec.apply(ModelCodecs.MODEL_V1),
            2, codec.apply(ModelCodecs.MODEL_V2)));
  }
}
