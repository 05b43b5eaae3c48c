package dev.freshet.state.serde;

import dev.freshet.state.model.AssignTask;
import dev.freshet.state.model.BuiltSegment;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
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
import java.util.UUID;

/**
 * The formats of {@code dev.freshet.state.model}. Those that name a model differ in how they do.
 */
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

  /** A model that is always there. */
  static final Codec<Optional<ModelReference>> MODEL_V1 =
      Codec.of(
          (model, out) -> MODEL_REFERENCE_V1.write(model.orElseThrow(), out),
          in -> Optional.of(MODEL_REFERENCE_V1.read(in)));

  /** 0 for none, else 1 and the model. */
  static final Codec<Optional<ModelReference>> MODEL_V2 =
      Codec.of(
          (model, out) -> {
            out.writeNumber(model.isPresent() ? 1 : 0);
            model.ifPresent(one -> MODEL_REFERENCE_V1.write(one, out));
          },
          in ->
              switch (in.readInt()) {
                case 0 -> Optional.empty();
                case 1 -> Optional.of(MODEL_REFERENCE_V1.read(in));
                default -> throw new IOException("A model is there or is not");
              });

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

  static Codec<AssignTask> assignTask(Codec<Optional<ModelReference>> model) {
    return Codec.of(
        (assign, out) -> {
          SHARD_TASK_V1.write(assign.task(), out);
          model.write(assign.model(), out);
        },
        in -> new AssignTask(SHARD_TASK_V1.read(in), model.read(in)));
  }

  static Codec<SealedShard> sealedShard(Codec<Optional<ModelReference>> model) {
    return Codec.of(
        (shard, out) -> {
          out.writeText(shard.shard());
          out.writeNumber(shard.version());
          model.write(shard.model(), out);
          Codec.listOf(ROW_RANGE_V1).write(shard.ranges(), out);
          Codec.listOf(UUID_V1).write(shard.segments(), out);
          ROW_COUNTS_V1.write(shard.rows(), out);
          out.writeNumber(shard.bytes());
        },
        in ->
            new SealedShard(
                in.readText(),
                in.readNumber(),
                model.read(in),
                Codec.listOf(ROW_RANGE_V1).read(in),
                Codec.listOf(UUID_V1).read(in),
                ROW_COUNTS_V1.read(in),
                in.readNumber()));
  }

  static final Codec<CommittedSegment> COMMITTED_SEGMENT_V1 =
      Codec.of(
          (segment, out) -> {
            out.writeUuid(segment.uuid());
            COVERAGE_V1.write(segment.coverage(), out);
          },
          in -> new CommittedSegment(in.readUuid(), COVERAGE_V1.read(in)));

  static Codec<SegmentPlan> segmentPlan(Codec<Optional<ModelReference>> model) {
    return Codec.of(
        (plan, out) -> {
          out.writeUuid(plan.uuid());
          model.write(plan.model(), out);
          Codec.listOf(sealedShard(model)).write(plan.shards(), out);
          Codec.listOf(COMMITTED_SEGMENT_V1).write(plan.absorbed(), out);
          COVERAGE_V1.write(plan.coverage(), out);
          out.writeNumber(plan.rows());
        },
        in ->
            new SegmentPlan(
                in.readUuid(),
                model.read(in),
                Codec.listOf(sealedShard(model)).read(in),
                Codec.listOf(COMMITTED_SEGMENT_V1).read(in),
                COVERAGE_V1.read(in),
                in.readNumber()));
  }

  static Codec<BuiltSegment> builtSegment(Codec<Optional<ModelReference>> model) {
    return Codec.of(
        (built, out) -> {
          segmentPlan(model).write(built.plan(), out);
          out.writeNumber(built.rows());
          out.writeNumber(built.bytesWritten());
        },
        in -> new BuiltSegment(segmentPlan(model).read(in), in.readNumber(), in.readNumber()));
  }

  static final Codec<CompactionGroup> COMPACTION_GROUP_V1 =
      Codec.of(
          (group, out) -> {
            out.writeNumber(group.version());
            COVERAGE_V1.write(group.fragments(), out);
            out.writeNumber(group.targetRows());
          },
          in -> new CompactionGroup(in.readNumber(), COVERAGE_V1.read(in), in.readNumber()));

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
}
