package dev.freshet.state.planning;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.ManifestVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Chooses, among the groups that Lance proposes, those whose rewrite wastes no finished work. */
public final class CompactionSelection {

  private CompactionSelection() {}

  /**
   * The groups all of whose fragments are live, covered by the same one segment, and neither in
   * flight nor in another compaction; disjoint, the first of two that overlap.
   *
   * @param inCompaction fragments that are being rewritten
   */
  public static List<CompactionGroup> select(
      List<CompactionGroup> candidates,
      ManifestVersion manifest,
      InFlight inFlight,
      Coverage inCompaction) {
    Coverage busy = inCompaction.union(inFlight.fragments());
    Coverage covered = manifest.covered();
    List<CompactionGroup> selected = new ArrayList<>();
    for (CompactionGroup group : candidates) {
      Coverage fragments = group.fragments();
      if (covered.containsAll(fragments)
          && !fragments.intersects(busy)
          && segments(manifest, fragments) == 1) {
        selected.add(group);
        busy = busy.union(fragments);
      }
    }
    return selected;
  }

  /**
   * The groups that are worth a copy of the segment that covers them, model and all: those of many
   * fragments or many rows, or with a worn fragment. The others wait until their segment has been
   * merged with its neighbours. All, if none is.
   */
  public static List<CompactionGroup> worthwhile(
      List<CompactionGroup> groups, ManifestVersion manifest, CompactionPolicy policy) {
    List<CompactionGroup> worthwhile =
        groups.stream()
            .filter(group -> isWorthwhile(manifest.fragments(group.fragments()), policy))
            .toList();
    return worthwhile.isEmpty() ? groups : worthwhile;
  }

  private static boolean isWorthwhile(List<Fragment> fragments, CompactionPolicy policy) {
    return 2 * fragments.size() >= policy.minSmallFragments()
        || fragments.stream().mapToLong(Fragment::liveRows).sum() >= policy.smallFragmentRows()
        || fragments.stream().anyMatch(policy::isWorn);
  }

  private static int segments(ManifestVersion manifest, Coverage fragments) {
    return fragments.stream()
        .mapToObj(manifest::segmentOf)
        .map(segment -> segment.map(CommittedSegment::uuid))
        .map(Optional::orElseThrow)
        .collect(Collectors.toSet())
        .size();
  }
}
