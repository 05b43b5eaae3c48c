package dev.freshet.operators.wire;

import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.planning.UnpublishedPlans;
import dev.freshet.state.serde.Serializers;
import dev.freshet.state.serde.VersionedSerializer;

/** The types that reach Flink's state or wire. The names are written into savepoints. */
@SuppressWarnings("ImmutableEnumChecker") // the serializers are stateless
public enum WireKind {
  WORK(Work.class, WorkFormats.WORK),
  ASSIGN_TASK(AssignTask.class, Serializers.ASSIGN_TASK),
  COMPACTION_GROUP(CompactionGroup.class, Serializers.COMPACTION_GROUP),
  MODEL_REFERENCE(ModelReference.class, Serializers.MODEL_REFERENCE),
  ENCODED_PART(EncodedPart.class, new EncodedPartSerializer()),
  SEALED_SHARD(SealedShard.class, Serializers.SEALED_SHARD),
  UNPUBLISHED_PLANS(UnpublishedPlans.class, Serializers.UNPUBLISHED_PLANS),
  SEGMENT_PLAN(SegmentPlan.class, Serializers.SEGMENT_PLAN),
  PUBLICATION(Publication.class, PublicationFormat.PUBLICATION);

  private final Class<?> type;
  private final VersionedSerializer<?> serializer;

  WireKind(Class<?> type, VersionedSerializer<?> serializer) {
    this.type = type;
    this.serializer = serializer;
  }

  Class<?> type() {
    return type;
  }

  VersionedSerializer<?> serializer() {
    return serializer;
  }
}
