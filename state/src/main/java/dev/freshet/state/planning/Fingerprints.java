package dev.freshet.state.planning;

import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.RowRange;
import dev.freshet.state.model.SealedShard;
import java.util.List;
import java.util.Map;

/** Tells whether fragments still are what they were when their rows were read. */
final class Fingerprints {

  private final Map<Integer, Long> live;
  private final Coverage uncovered;

  Fingerprints(ManifestVersion manifest) {
    this.live = manifest.fingerprints();
    this.uncovered = manifest.uncovered();
  }

  /** Whether the shard may be published: its fragments are live, unchanged and not covered. */
  boolean isOpen(SealedShard shard) {
    return uncovered.containsAll(shard.fragments()) && areLive(shard.ranges());
  }

  /** Whether the fragments are in the manifest, unchanged. */
  boolean areLive(List<RowRange> ranges) {
    return ranges.stream()
        .allMatch(range -> Long.valueOf(range.fingerprint()).equals(live.get(range.fragment())));
  }
}
