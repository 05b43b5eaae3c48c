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
import dev.freshet.state.planning.InFlight;
import dev.freshet.state.planning.UnpublishedPlans;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The values whose bytes are golden. To change one, give it another name and a new file. */
final class Examples {

  static final ModelReference MODEL =
      new ModelReference("9f2c\u00e9", UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"));

  static final ShardTask TASK =
      new ShardTask(
          "12-7",
          12,
          1,
          3,
          List.of(new RowRange(5, 65_536, 1_000, 66_536, -2), new RowRange(300, 0, 0, 0)));

  static final SealedShard SHARD =
      new SealedShard(
          "12-7",
          12,
          Optional.of(MODEL),
          List.of(new RowRange(5, 0, 66_536, 66_536), new RowRange(6, 0, 10, 10)),
          List.of(UUID.fromString("f0e0d0c0-b0a0-9080-7060-504030201000")),
          new RowCounts(66_540, 5, 1),
          1_000_000);

  static final SealedShard SHARD_WITHOUT_SEGMENT =
      new SealedShard(
          "13-8",
          13,
          Optional.of(MODEL),
          List.of(new RowRange(7, 0, 10, 10)),
          List.of(),
          new RowCounts(10, 0, 0),
          0);

  static final SealedShard SHARD_WITHOUT_MODEL =
      new SealedShard(
          "13-8",
          13,
          Optional.empty(),
          List.of(new RowRange(7, 0, 10, 10)),
          List.of(),
          new RowCounts(10, 0, 0),
          0);

  static final SegmentPlan PLAN_WITHOUT_MODEL =
      new SegmentPlan(
          UUID.fromString("01234567-89ab-cdef-0123-456789abcdef"),
          Optional.empty(),
          List.of(SHARD_WITHOUT_MODEL),
          List.of(),
          Coverage.of(7),
          10);

  static final SegmentPlan PLAN =
      new SegmentPlan(
          UUID.fromString("01234567-89ab-cdef-0123-456789abcdef"),
          Optional.of(MODEL),
          List.of(SHARD, SHARD_WITHOUT_SEGMENT),
          List.of(
              new CommittedSegment(
                  UUID.fromString("76543210-fedc-ba98-7654-3210fedcba98"),
                  Coverage.of(0, 1, 2, 400))),
          Coverage.of(0, 2, 5, 6, 7, 400),
          70_000);

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.25Z");

  static final InFlight IN_FLIGHT =
      new InFlight(
          List.of(
              new InFlight.HandedOut("12-7", TASK.ranges(), 12, 66_546, NOON, NOON),
              new InFlight.HandedOut(
                  "13-8", SHARD.ranges(), 13, 0, Instant.EPOCH.minusSeconds(1), Instant.MAX)));

  static final UnpublishedPlans UNPUBLISHED = UnpublishedPlans.none().add(List.of(PLAN), NOON);

  static final AssignTask ASSIGN = new AssignTask(TASK, Optional.of(MODEL));
  static final BuiltSegment BUILT = new BuiltSegment(PLAN, 69_999, 12_345_678_901L);
  static final CompactionGroup GROUP = new CompactionGroup(12, Coverage.of(3, 4, 5), 1_048_576);

  private Examples() {}
}
