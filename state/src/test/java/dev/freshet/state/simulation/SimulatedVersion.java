package dev.freshet.state.simulation;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.ManifestVersion;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One version of a dataset.
 *
 * @param stable whether row ids stay when rows move; otherwise they are addresses
 */
record SimulatedVersion(
    long number, boolean stable, List<FragmentRows> fragments, List<CommittedSegment> segments) {

  SimulatedVersion {
    fragments = List.copyOf(fragments);
    segments = List.copyOf(segments);
  }

  ManifestVersion manifest() {
    return new ManifestVersion(
        number,
        Instant.ofEpochSecond(number),
        fragments.stream().map(FragmentRows::summary).toList(),
        new LogicalIndex("vectors", segments));
  }

  FragmentRows fragment(int id) {
    return fragments.stream().filter(rows -> rows.id() == id).findFirst().orElseThrow();
  }

  List<FragmentRows> select(Coverage coverage) {
    return fragments.stream().filter(rows -> coverage.contains(rows.id())).toList();
  }

  Map<Integer, FragmentRows> byId() {
    Map<Integer, FragmentRows> byId = new HashMap<>();
    fragments.forEach(rows -> byId.put(rows.id(), rows));
    return byId;
  }

  /** Row ids of the live rows of some fragments. */
  Set<Long> liveIds(Coverage coverage) {
    Set<Long> ids = new HashSet<>();
    select(coverage).forEach(rows -> rows.live().forEach(row -> ids.add(row.id())));
    return ids;
  }

  /** Row ids of all live rows. */
  Set<Long> liveIds() {
    return liveIds(Coverage.of(fragments.stream().mapToInt(FragmentRows::id)));
  }
}
