package dev.freshet.state.planning;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
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

  private static int segments(ManifestVersion manifest, Coverage fragments) {
    return fragments.stream()
        .mapToObj(manifest::segmentOf)
        .map(segment -> segment.map(CommittedSegment::uuid))
        .map(Optional::orElseThrow)
        .collect(Collectors.toSet())
        .size();
  }
}
