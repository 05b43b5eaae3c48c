package dev.freshet.state.planning;

import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.SealedShard;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Sorts sealed shards into those that can be planned, those that wait for the rest of a split
 * fragment, and those that are of no use any more.
 *
 * @param sets disjoint, ascending by their first fragment
 * @param waiting parts of split fragments whose other parts are missing
 * @param dropped shards of fragments that are gone, overwritten, covered, claimed, or held by
 *     another shard
 */
record SealedSelection(List<ShardSet> sets, List<SealedShard> waiting, List<SealedShard> dropped) {

  /** Parts fit together only if they were cut alike, and by models that have led to one. */
  private record SplitKey(int fragment, long version, String model) {}

  /** Newer first, then larger: what an earlier, perhaps lost, hand-out left behind gives way. */
  private static final Comparator<ShardSet> PREFERENCE =
      Comparator.comparingLong(ShardSet::version)
          .reversed()
          .thenComparing(
              Comparator.comparingInt((ShardSet set) -> set.fragments().size()).reversed())
          .thenComparing(ShardSet::firstShard);

  static SealedSelection of(
      List<SealedShard> sealed, Fingerprints live, Coverage claimed, ModelLineage lineage) {
    List<SealedShard> usable =
        sealed.stream()
            .distinct()
            .filter(shard -> live.isOpen(shard) && !shard.fragments().intersects(claimed))
            .toList();
    List<ShardSet> sets = new ArrayList<>();
    Map<SplitKey, List<SealedShard>> parts = new LinkedHashMap<>();
    for (SealedShard shard : usable) {
      if (isWhole(shard)) {
        sets.add(ShardSet.of(List.of(shard)));
      } else if (shard.fragments().size() == 1) {
        int fragment = shard.ranges().get(0).fragment();
        parts
            .computeIfAbsent(
                new SplitKey(
                    fragment, shard.version(), ModelReference.id(lineage.last(shard.model()))),
                key -> new ArrayList<>())
            .add(shard);
      }
    }
    parts.values().forEach(group -> tile(group).ifPresent(sets::add));
    return choose(sealed, sets, parts);
  }

  private static SealedSelection choose(
      List<SealedShard> sealed, List<ShardSet> sets, Map<SplitKey, List<SealedShard>> parts) {
    List<ShardSet> chosen = new ArrayList<>();
    BitSet taken = new BitSet();
    for (ShardSet set : sets.stream().sorted(PREFERENCE).toList()) {
      if (set.fragments().stream().noneMatch(taken::get)) {
        chosen.add(set);
        set.fragments().stream().forEach(taken::set);
      }
    }
    chosen.sort(Comparator.comparingInt(ShardSet::firstFragment));
    List<SealedShard> waiting = waiting(parts, taken);

    Set<SealedShard> dropped = new LinkedHashSet<>(sealed);
    waiting.forEach(dropped::remove);
    chosen.forEach(set -> set.shards().forEach(dropped::remove));
    return new SealedSelection(chosen, waiting, List.copyOf(dropped));
  }

  /** The parts of fragments not taken; an older hand-out gives up once a newer one has begun. */
  private static List<SealedShard> waiting(Map<SplitKey, List<SealedShard>> parts, BitSet taken) {
    Map<Integer, Long> newest = new HashMap<>();
    parts.keySet().forEach(key -> newest.merge(key.fragment(), key.version(), Math::max));
    return parts.entrySet().stream()
        .filter(group -> !taken.get(group.getKey().fragment()))
        .filter(group -> group.getKey().version() == newest.get(group.getKey().fragment()))
        .flatMap(group -> group.getValue().stream())
        .toList();
  }

  private static boolean isWhole(SealedShard shard) {
    Map<Integer, Long> missing = new HashMap<>();
    for (RowRange range : shard.ranges()) {
      missing.putIfAbsent(range.fragment(), range.fragmentRows());
      missing.merge(range.fragment(), -range.rows(), Long::sum);
    }
    return missing.values().stream().allMatch(rows -> rows == 0);
  }

  /**
   * Parts that hold every row of their fragment exactly once, if there are such. Hand-outs of the
   * same version may have cut differently, so this looks for a path of neighbours from the first
   * row to the last.
   */
  private static Optional<ShardSet> tile(List<SealedShard> parts) {
    Map<Long, SealedShard> reachedBy = new HashMap<>();
    parts.stream()
        .sorted(Comparator.comparingLong(SealedSelection::offset).thenComparing(SealedShard::shard))
        .filter(part -> offset(part) == 0 || reachedBy.containsKey(offset(part)))
        .forEach(part -> reachedBy.putIfAbsent(end(part), part));
    List<SealedShard> path = new ArrayList<>();
    for (long row = parts.get(0).ranges().get(0).fragmentRows(); row > 0; ) {
      SealedShard part = reachedBy.get(row);
      if (part == null) {
        return Optional.empty();
      }
      path.add(0, part);
      row = offset(part);
    }
    return Optional.of(ShardSet.of(path));
  }

  private static long offset(SealedShard part) {
    return part.ranges().stream().mapToLong(RowRange::offset).min().orElseThrow();
  }

  private static long end(SealedShard part) {
    return offset(part) + part.ranges().stream().mapToLong(RowRange::rows).sum();
  }
}
