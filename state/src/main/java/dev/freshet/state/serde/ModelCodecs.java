package dev.freshet.state.serde;

import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.BuiltSegment;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.RowCounts;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.ShardTask;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** Version 1 of the formats of {@code dev.freshet.state.model}. */
final class ModelCodecs {

  static final Codec<UUID> UUID_V1 =
      Codec.of((uuid, out) -> out.writeUuid(uuid), BinaryReader::readUuid);

  static final Codec<Coverage> COVERAGE_V1 =
      Codec.of(ModelCodecs::writeCoverage, ModelCodecs::readCoverage);

  static final Codec<RowRange> ROW_RANGE_V1 =
      Codec.of(
          (range, out) -> {
            out.writeNumber(range.fragment());
            out.writeNumber(range.offset());
            out.writeNumber(range.rows());
            out.writeNumber(range.fragmentRows());
            out.writeLong(range.fingerprint());
          },
          in ->
              new RowRange(
                  in.readInt(), in.readNumber(), in.readNumber(), in.readNumber(), in.readLong()));

  static final Codec<RowCounts> ROW_COUNTS_V1 =
      Codec.of(
          (rows, out) -> {
            out.writeNumber(rows.encoded());
            out.writeNumber(rows.nulls());
            out.writeNumber(rows.nonFinite());
          },
          in -> new RowCounts(in.readNumber(), in.readNumber(), in.readNumber()));

  static final Codec<ModelReference> MODEL_REFERENCE_V1 =
      Codec.of(
          (model, out) -> {
            out.writeText(model.id());
            out.writeUuid(model.segment());
          },
          in -> new ModelReference(in.readText(), in.readUuid()));

  static final Codec<ShardTask> SHARD_TASK_V1 =
      Codec.of(
          (task, out) -> {
            out.writeText(task.shard());
            out.writeNumber(task.version());
            out.writeNumber(task.index());
            out.writeNumber(task.count());
            Codec.listOf(ROW_RANGE_V1).write(task.ranges(), out);
          },
          in ->
              new ShardTask(
                  in.readText(),
                  in.readNumber(),
                  in.readInt(),
                  in.readInt(),
                  Codec.listOf(ROW_RANGE_V1).read(in)));

  static final Codec<AssignTask> ASSIGN_TASK_V1 =
      Codec.of(
          (assign, out) -> {
            SHARD_TASK_V1.write(assign.task(), out);
            MODEL_REFERENCE_V1.write(assign.model(), out);
          },
          in -> new AssignTask(SHARD_TASK_V1.read(in), MODEL_REFERENCE_V1.read(in)));

  static final Codec<SealedShard> SEALED_SHARD_V1 =
      Codec.of(
          (shard, out) -> {
            out.writeText(shard.shard());
            out.writeNumber(shard.version());
            MODEL_REFERENCE_V1.write(shard.model(), out);
            Codec.listOf(ROW_RANGE_V1).write(shard.ranges(), out);
            Codec.listOf(UUID_V1).write(shard.segments(), out);
            ROW_COUNTS_V1.write(shard.rows(), out);
            out.writeNumber(shard.bytes());
          },
          in ->
              new SealedShard(
                  in.readText(),
                  in.readNumber(),
                  MODEL_REFERENCE_V1.read(in),
                  Codec.listOf(ROW_RANGE_V1).read(in),
                  Codec.listOf(UUID_V1).read(in),
                  ROW_COUNTS_V1.read(in),
                  in.readNumber()));

  static final Codec<CommittedSegment> COMMITTED_SEGMENT_V1 =
      Codec.of(
          (segment, out) -> {
            out.writeUuid(segment.uuid());
            COVERAGE_V1.write(segment.coverage(), out);
          },
          in -> new CommittedSegment(in.readUuid(), COVERAGE_V1.read(in)));

  static final Codec<SegmentPlan> SEGMENT_PLAN_V1 =
      Codec.of(
          (plan, out) -> {
            out.writeUuid(plan.uuid());
            MODEL_REFERENCE_V1.write(plan.model(), out);
            Codec.listOf(SEALED_SHARD_V1).write(plan.shards(), out);
            Codec.listOf(COMMITTED_SEGMENT_V1).write(plan.absorbed(), out);
            COVERAGE_V1.write(plan.coverage(), out);
            out.writeNumber(plan.rows());
          },
          in ->
              new SegmentPlan(
                  in.readUuid(),
                  MODEL_REFERENCE_V1.read(in),
                  Codec.listOf(SEALED_SHARD_V1).read(in),
                  Codec.listOf(COMMITTED_SEGMENT_V1).read(in),
                  COVERAGE_V1.read(in),
                  in.readNumber()));

  static final Codec<BuiltSegment> BUILT_SEGMENT_V1 =
      Codec.of(
          (built, out) -> {
            SEGMENT_PLAN_V1.write(built.plan(), out);
            out.writeNumber(built.rows());
            out.writeNumber(built.bytesWritten());
          },
          in -> new BuiltSegment(SEGMENT_PLAN_V1.read(in), in.readNumber(), in.readNumber()));

  static final Codec<CompactionGroup> COMPACTION_GROUP_V1 =
      Codec.of(
          (group, out) -> {
            out.writeNumber(group.version());
            COVERAGE_V1.write(group.fragments(), out);
            out.writeNumber(group.targetRows());
          },
          in -> new CompactionGroup(in.readNumber(), COVERAGE_V1.read(in), in.readNumber()));

  static final Codec<IndexSpec> INDEX_SPEC_V1 =
      Codec.of(
          (spec, out) -> {
            out.writeText(spec.name());
            out.writeText(spec.column());
            out.writeText(spec.type().name());
            out.writeText(spec.metric().lanceName());
            writeOptional(spec.partitions(), out);
            writeOptional(spec.subVectors(), out);
          },
          in ->
              new IndexSpec(
                  in.readText(),
                  in.readText(),
                  IndexType.parse(in.readText()),
                  Metric.parse(in.readText()),
                  readOptional(in),
                  readOptional(in)));

  private ModelCodecs() {}

  private static void writeCoverage(Coverage coverage, BinaryWriter out) {
    List<Integer> fragments = coverage.toList();
    out.writeNumber(fragments.size());
    int before = 0;
    for (int fragment : fragments) {
      out.writeNumber(fragment - before);
      before = fragment;
    }
  }

  private static Coverage readCoverage(BinaryReader in) throws IOException {
    int count = in.readCount();
    List<Integer> fragments = new ArrayList<>(count);
    int fragment = 0;
    for (int i = 0; i < count; i++) {
      int difference = in.readInt();
      if ((i > 0 && difference == 0) || difference > Integer.MAX_VALUE - fragment) {
        throw new IOException("Fragment ids do not ascend behind " + fragment);
      }
      fragment += difference;
      fragments.add(fragment);
    }
    return Coverage.of(fragments);
  }

  /** 0 for absent, else the number, which is at least 1. */
  private static void writeOptional(OptionalInt number, BinaryWriter out) {
    out.writeNumber(number.orElse(0));
  }

  private static OptionalInt readOptional(BinaryReader in) throws IOException {
    return Optional.of(in.readInt())
        .filter(number -> number > 0)
        .map(OptionalInt::of)
        .orElse(OptionalInt.empty());
  }
}
