package dev.freshet.state.serde;

import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.BuiltSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.ShardTask;
import dev.freshet.state.planning.InFlight;
import dev.freshet.state.planning.UnpublishedPlans;
import java.util.Map;

/** The serializer of each type that reaches state or the wire; their lists by {@code list()}. */
public final class Serializers {

  public static final FormatSerializer<ShardTask> SHARD_TASK =
      first("shard task", ModelCodecs.SHARD_TASK_V1);

  public static final FormatSerializer<ModelReference> MODEL_REFERENCE =
      first("model reference", ModelCodecs.MODEL_REFERENCE_V1);

  public static final FormatSerializer<AssignTask> ASSIGN_TASK =
      first("assign task", ModelCodecs.ASSIGN_TASK_V1);

  public static final FormatSerializer<SealedShard> SEALED_SHARD =
      first("sealed shard", ModelCodecs.SEALED_SHARD_V1);

  public static final FormatSerializer<SegmentPlan> SEGMENT_PLAN =
      first("segment plan", ModelCodecs.SEGMENT_PLAN_V1);

  public static final FormatSerializer<BuiltSegment> BUILT_SEGMENT =
      first("built segment", ModelCodecs.BUILT_SEGMENT_V1);

  public static final FormatSerializer<CompactionGroup> COMPACTION_GROUP =
      first("compaction group", ModelCodecs.COMPACTION_GROUP_V1);

  public static final FormatSerializer<IndexSpec> INDEX_SPEC =
      first("index spec", ModelCodecs.INDEX_SPEC_V1);

  public static final FormatSerializer<InFlight> IN_FLIGHT =
      first("list of shards in flight", PlanningCodecs.IN_FLIGHT_V1);

  public static final FormatSerializer<UnpublishedPlans> UNPUBLISHED_PLANS =
      first("list of unpublished plans", PlanningCodecs.UNPUBLISHED_PLANS_V1);

  private Serializers() {}

  private static <T> FormatSerializer<T> first(String type, Codec<T> codec) {
    return new FormatSerializer<>(type, Map.of(1, codec));
  }
}
