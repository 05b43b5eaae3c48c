package dev.freshet.state.simulation;

import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.state.planning.Shard;
import dev.freshet.state.planning.UnpublishedPlans;
import dev.freshet.state.protocol.OpenWork;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** All that a checkpoint holds: the stages' states and what is between them. */
final class JobState {

  /** What one task read: rows in memory, or a segment that holds them. */
  record Part(List<RowRange> ranges, List<Row> rows, Optional<UUID> segment, String model) {}

  /**
   * A shard some of whose tasks are done.
   *
   * @param model of the first of them
   */
  record PartialShard(Shard shard, List<Part> parts, Optional<ModelReference> model) {

    static PartialShard of(Shard shard) {
      return new PartialShard(shard, List.of(), Optional.empty());
    }

    PartialShard with(Part part) {
      List<Part> more = new ArrayList<>(parts);
      more.add(part);
      return new PartialShard(shard, List.copyOf(more), model);
    }

    /** The shard with its model, which is this one unless it has one. */
    PartialShard in(Optional<ModelReference> current) {
      return new PartialShard(shard, parts, model.or(() -> current));
    }

    boolean isComplete() {
      return parts.size() == shard.tasks().size();
    }
  }

  OpenWork open = OpenWork.nothing();
  Optional<ModelReference> model = Optional.empty();
  UnpublishedPlans unpublished = UnpublishedPlans.none();
  final List<PartialShard> shards = new ArrayList<>();
  final List<SealedShard> sealed = new ArrayList<>();
  final List<SegmentPlan> plans = new ArrayList<>();
  final List<UnpublishedSegment> built = new ArrayList<>();
  final List<CompactionGroup> compactions = new ArrayList<>();
  final List<CompactionGroup> rewritten = new ArrayList<>();
  final List<UUID> rechecks = new ArrayList<>();

  /** A copy with its clocks started anew, as when a job starts from it. */
  JobState resumed(Instant now) {
    JobState copy = new JobState();
    copy.open = open.resumed(now);
    copy.model = model;
    copy.unpublished = unpublished.resumed(now);
    copy.shards.addAll(shards);
    copy.sealed.addAll(sealed);
    copy.plans.addAll(plans);
    copy.built.addAll(built);
    copy.compactions.addAll(compactions);
    copy.rewritten.addAll(rewritten);
    copy.rechecks.addAll(rechecks);
    return copy;
  }

  boolean isIdle() {
    return shards.isEmpty()
        && sealed.isEmpty()
        && plans.isEmpty()
        && built.isEmpty()
        && rechecks.isEmpty()
        && unpublished.pending().isEmpty();
  }
}
