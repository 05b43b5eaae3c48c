package dev.freshet.state.simulation;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What Lance finds in a version: it searches every entry of a segment, and masks some.
 *
 * <p>By addresses it masks deleted rows of the fragments that the segment covers, and covered
 * fragments that are gone. By stable row ids it masks what is live nowhere, while a covered
 * fragment has a deletion file or is gone.
 */
final class LanceSearch {
  private final SimulatedVersion version;
  private final SimulatedStore store;

  LanceSearch(SimulatedVersion version, SimulatedStore store) {
    this.version = version;
    this.store = store;
  }

  /** What a search for as many rows as there are finds: by the index, and else by brute force. */
  List<Row> all() {
    ManifestVersion manifest = version.manifest();
    List<Row> found = new ArrayList<>();
    version.segments().forEach(segment -> found.addAll(unmasked(segment)));
    version.select(manifest.uncovered()).forEach(fragment -> found.addAll(fragment.live()));
    return found;
  }

  /** The entries of a segment that may be answers. */
  List<Row> unmasked(CommittedSegment segment) {
    List<Row> entries = store.read(segment.uuid()).entries();
    if (version.stable()) {
      if (!isMasked(version.manifest(), segment.coverage())) {
        return entries;
      }
      Set<Long> live = version.liveIds();
      return entries.stream().filter(entry -> live.contains(entry.id())).toList();
    }
    Map<Integer, FragmentRows> fragments = version.byId();
    return entries.stream()
        .filter(
            entry ->
                !segment.coverage().contains(entry.fragment())
                    || (fragments.containsKey(entry.fragment())
                        && fragments.get(entry.fragment()).isLive(entry.slot())))
        .toList();
  }

  /** Whether stable row ids are masked at all. */
  static boolean isMasked(ManifestVersion manifest, Coverage coverage) {
    return !manifest.live().containsAll(coverage)
        || manifest.fragments().stream()
            .anyMatch(fragment -> fragment.deletedRows() > 0 && coverage.contains(fragment.id()));
  }
}
