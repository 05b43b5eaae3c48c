package dev.freshet.state.simulation;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.EntryState;
import dev.freshet.state.model.ManifestVersion;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/** What the sink asks about the entries of segments, whatever these cover. */
final class SimulatedEntries {

  private final SimulatedStore store;

  SimulatedEntries(SimulatedStore store) {
    this.store = store;
  }

  /** Whether an entry is to be kept by a segment that covers the fragments. */
  static Predicate<Row> live(SimulatedVersion version, Coverage fragments) {
    if (!version.stable()) {
      return row -> fragments.contains(row.fragment());
    }
    Set<Long> ids = version.liveIds(fragments);
    return row -> ids.contains(row.id());
  }

  /** The segments, none of which covers one of the fragments, that hold entries of their rows. */
  List<CommittedSegment> holding(
      SimulatedVersion version, List<CommittedSegment> segments, Coverage fragments) {
    Predicate<Row> live = live(version, fragments);
    return segments.stream().filter(one -> entries(one).stream().anyMatch(live)).toList();
  }

  /** Whether a segment has entries that no mask of Lance keeps from being answers. */
  EntryState state(SimulatedVersion version, CommittedSegment segment) {
    List<Row> entries = entries(segment);
    if (!version.stable()) {
      return entries.stream().allMatch(live(version, segment.coverage()))
          ? EntryState.SOUND
          : EntryState.WORN;
    }
    Set<Long> left = new HashSet<>();
    for (Row entry : entries) {
      if (!left.add(entry.id())) {
        return EntryState.AMBIGUOUS;
      }
    }
    ManifestVersion manifest = version.manifest();
    left.removeAll(version.liveIds(segment.coverage()));
    if (!left.isEmpty() && LanceSearch.isMasked(manifest, segment.coverage())) {
      left.retainAll(version.liveIds(manifest.covered().minus(segment.coverage())));
    }
    return left.isEmpty() ? EntryState.SOUND : EntryState.WORN;
  }

  /** Whether a segment has entries of rows that are not live in the fragments. */
  boolean hasDead(SimulatedVersion version, UUID segment, Coverage fragments) {
    return !store.read(segment).entries().stream().allMatch(live(version, fragments));
  }

  /** Whether a segment has other values than the rows of its fragments, or lacks some of them. */
  boolean areWrong(SimulatedVersion version, CommittedSegment segment) {
    Map<Long, Long> entries = new HashMap<>();
    entries(segment).forEach(entry -> entries.put(entry.id(), entry.value()));
    return version.select(segment.coverage()).stream()
        .flatMap(fragment -> fragment.live().stream())
        .anyMatch(row -> !Objects.equals(entries.get(row.id()), row.value()));
  }

  private List<Row> entries(CommittedSegment segment) {
    return store.read(segment.uuid()).entries();
  }
}
