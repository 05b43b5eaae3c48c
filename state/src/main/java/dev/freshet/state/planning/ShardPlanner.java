package dev.freshet.state.planning;

import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.IndexKind;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.ShardTask;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * Packs the fragments that are uncovered and not in flight into shards: small neighbours into one,
 * a large one into several.
 */
public final class ShardPlanner {

  private final ManifestVersion manifest;
  private final ShardPolicy policy;
  private long sequence;

  private ShardPlanner(ManifestVersion manifest, ShardPolicy policy, long firstSequence) {
    this.manifest = manifest;
    this.policy = policy;
    this.sequence = firstSequence;
  }

  /**
   * The shards to hand out now, in ascending order of their fragments.
   *
   * <p>Stops at the first that would exceed {@link ShardPolicy#maxRowsInFlight}, and does not look
   * for a smaller one behind it, so that a large fragment's turn comes. The shards of a split
   * fragment are handed out together: their offsets are true at one version only.
   *
   * @param firstSequence number of the first shard; the next call must be given {@code
   *     firstSequence} plus the size of the result
   */
  public static List<Shard> plan(
      ManifestVersion manifest, InFlight inFlight, ShardPolicy policy, long firstSequence) {
    Objects.requireNonNull(inFlight, "inFlight");
    return new ShardPlanner(manifest, policy, firstSequence).plan(inFlight);
  }

  private List<Shard> plan(InFlight inFlight) {
    List<Shard> shards = new ArrayList<>();
    boolean idle = inFlight.shards().isEmpty();
    long room = policy.maxRowsInFlight() - inFlight.rows();
    for (List<List<RowRange>> together : pack(open(inFlight))) {
      long rows = together.stream().mapToLong(ShardPlanner::rows).sum();
      if (rows > room && !(idle && shards.isEmpty())) {
        break;
      }
      room -= rows;
      together.forEach(ranges -> shards.add(shard(ranges)));
    }
    return shards;
  }

  private List<Fragment> open(InFlight inFlight) {
    Coverage open = manifest.uncovered().minus(inFlight.fragments());
    return manifest.fragments().stream()
        .filter(fragment -> open.contains(fragment.id()))
        .sorted(Comparator.comparingInt(Fragment::id))
        .toList();
  }

  /** Shards as row ranges; the inner lists are handed out together or not at all. */
  private List<List<List<RowRange>>> pack(List<Fragment> fragments) {
    List<List<List<RowRange>>> packed = new ArrayList<>();
    List<RowRange> pack = new ArrayList<>();
    for (Fragment fragment : fragments) {
      boolean splits = policy.splits(fragment.liveRows());
      if (!pack.isEmpty() && (splits || rows(pack) + fragment.liveRows() > policy.targetRows())) {
        packed.add(List.of(List.copyOf(pack)));
        pack.clear();
      }
      if (splits) {
        packed.add(split(fragment));
      } else {
        pack.add(fragment.rows());
      }
    }
    if (!pack.isEmpty()) {
      packed.add(List.of(pack));
    }
    return packed;
  }

  private List<List<RowRange>> split(Fragment fragment) {
    long rows = fragment.liveRows();
    long parts = (2 * rows + policy.targetRows()) / (2 * policy.targetRows());
    List<List<RowRange>> split = new ArrayList<>();
    long offset = 0;
    for (long part = 1; part <= parts; part++) {
      long end = rows / parts * part + rows % parts * part / parts;
      split.add(List.of(fragment.rows().slice(offset, end - offset)));
      offset = end;
    }
    return split;
  }

  private Shard shard(List<RowRange> ranges) {
    String id = manifest.version() + "-" + sequence++;
    List<List<RowRange>> cut =
        policy.builder() == IndexKind.Builder.LANCE ? List.of(ranges) : cut(ranges);
    List<ShardTask> tasks = new ArrayList<>();
    for (List<RowRange> task : cut) {
      tasks.add(new ShardTask(id, manifest.version(), tasks.size(), cut.size(), task));
    }
    return new Shard(tasks);
  }

  private List<List<RowRange>> cut(List<RowRange> ranges) {
    List<List<RowRange>> tasks = new ArrayList<>();
    List<RowRange> task = new ArrayList<>();
    long room = policy.taskRows();
    for (RowRange range : ranges) {
      long taken = 0;
      do {
        if (room == 0 && range.rows() > 0) {
          tasks.add(List.copyOf(task));
          task.clear();
          room = policy.taskRows();
        }
        long rows = Math.min(room, range.rows() - taken);
        task.add(range.slice(taken, rows));
        room -= rows;
        taken += rows;
      } while (taken < range.rows());
    }
    tasks.add(task);
    return tasks;
  }

  private static long rows(List<RowRange> ranges) {
    return ranges.stream().mapToLong(RowRange::rows).sum();
  }
}
