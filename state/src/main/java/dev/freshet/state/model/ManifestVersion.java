package dev.freshet.state.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A snapshot of a dataset, as far as one logical index is concerned.
 *
 * @param version Lance's version number, from 1
 * @param committedAt when that version was committed
 * @param index the index by its name; without segments if there is none yet
 */
public record ManifestVersion(
    long version, Instant committedAt, List<Fragment> fragments, LogicalIndex index) {

  public ManifestVersion {
    if (version < 1) {
      throw new IllegalArgumentException("A manifest version is at least 1, not " + version);
    }
    Objects.requireNonNull(committedAt, "committedAt");
    Objects.requireNonNull(index, "index");
    fragments = List.copyOf(fragments);
  }

  /** The fragments that are in this version. */
  public Coverage live() {
    return Coverage.of(fragments.stream().mapToInt(Fragment::id));
  }

  /** What tells the content of each live fragment, by its id. */
  public Map<Integer, Long> fingerprints() {
    return fragments.stream().collect(Collectors.toMap(Fragment::id, Fragment::fingerprint));
  }

  /** The live fragments that the index covers. */
  public Coverage covered() {
    return live().intersect(index.coverage());
  }

  /** The live fragments that the index does not cover. */
  public Coverage uncovered() {
    return live().minus(index.coverage());
  }

  public long liveRows() {
    return fragments.stream().mapToLong(Fragment::liveRows).sum();
  }

  /** Live rows of the fragments in the given coverage. */
  public long liveRows(Coverage coverage) {
    return fragments(coverage).stream().mapToLong(Fragment::liveRows).sum();
  }

  /** The live fragments that are in the given coverage. */
  public List<Fragment> fragments(Coverage coverage) {
    return fragments.stream().filter(fragment -> coverage.contains(fragment.id())).toList();
  }

  /** The segment that covers the fragment, if one does. */
  public Optional<CommittedSegment> segmentOf(int fragment) {
    return index.segments().stream()
        .filter(segment -> segment.coverage().contains(fragment))
        .findFirst();
  }
}
