package dev.freshet.state.planning;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.ManifestVersion;
import java.util.Optional;
import java.util.UUID;

/** Decides whether it is worth to ask Lance for compaction candidates. */
public final class CompactionTrigger {

  private CompactionTrigger() {}

  /**
   * Whether some covered fragment has too many deleted rows, or too many small neighbours are
   * covered by one segment. Uncovered fragments do not count: they are not compacted.
   */
  public static boolean due(ManifestVersion manifest, CompactionPolicy policy) {
    Optional<UUID> runSegment = Optional.empty();
    int run = 0;
    for (Fragment fragment : manifest.fragments()) {
      Optional<UUID> segment = manifest.segmentOf(fragment.id()).map(CommittedSegment::uuid);
      if (segment.isPresent() && policy.isWorn(fragment)) {
        return true;
      }
      boolean small = segment.isPresent() && policy.isSmall(fragment);
      run = !small ? 0 : segment.equals(runSegment) ? run + 1 : 1;
      runSegment = small ? segment : Optional.empty();
      if (run >= policy.minSmallFragments()) {
        return true;
      }
    }
    return false;
  }
}
