package dev.freshet.state.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A dataset in memory that behaves as Lance does: commits of an index go through over concurrent
 * appends, deletes and updates, in place too, and fail over concurrent index commits and rewrites.
 * What would abort or corrupt Lance is an assertion.
 */
final class SimulatedDataset {

  private static final Duration MAX_LATE = Duration.ofMinutes(10);

  /**
   * A commit of an index.
   *
   * @param readVersion the version on which it was decided
   */
  record IndexCommit(long readVersion, List<CommittedSegment> added, Set<UUID> replaced) {}

  /** A commit whose author believes that it failed. */
  private record Late(long expected, Instant deadline, IndexCommit commit) {}

  private final Map<Long, SimulatedVersion> versions = new HashMap<>();
  private final Map<UUID, Long> readBy = new HashMap<>();
  private final Set<UUID> committed = new HashSet<>();
  private final SimulatedClock clock;
  private final boolean stable;
  private Optional<Late> late = Optional.empty();
  final SimulatedStore store;
  private long version;
  private long oldestRetained;
  private long lastExclusiveVersion;

  SimulatedDataset(SimulatedClock clock, boolean stable) {
    this.clock = clock;
    this.stable = stable;
    this.store = new SimulatedStore(clock);
    commit(List.of(), List.of());
  }

  boolean stableRowIds() {
    return stable;
  }

  SimulatedVersion latest() {
    return versions.get(version);
  }

  SimulatedVersion at(long number) {
    return versions.get(number);
  }

  /** Whether a version can still be opened. */
  boolean retains(long number) {
    return number == version || number >= oldestRetained;
  }

  /** The version that a committed segment says its author read. */
  long readBy(UUID segment) {
    return readBy.get(segment);
  }

  ManifestVersion manifest() {
    return latest().manifest();
  }

  /** Whether no index commit or rewrite came after a version. */
  boolean isFresh(long readVersion) {
    return lastExclusiveVersion <= readVersion;
  }

  void commit(List<FragmentRows> fragments, List<CommittedSegment> segments) {
    version++;
    versions.put(version, new SimulatedVersion(version, stable, fragments, segments));
  }

  /** The same, over which no index commit goes through that was decided before. */
  void commitExclusively(List<FragmentRows> fragments, List<CommittedSegment> segments) {
    commit(fragments, segments);
    lastExclusiveVersion = version;
  }

  /** An index that is gone: its segments may be committed again. */
  void forgetCommitted() {
    committed.clear();
  }

  /** A segment of another name in the place of one, as a remap writes it. */
  void renamed(UUID segment) {
    readBy.put(segment, version + 1);
  }

  /** A commit that its author gave up, and that may still land; it holds up nobody. */
  void commitLate(IndexCommit commit) {
    late = Optional.of(new Late(version + 1, clock.ofStore().plus(MAX_LATE), commit));
  }

  /** Lands the late commit, unless another one has its version or the network has lost it. */
  void landLate() {
    late.filter(commit -> commit.expected() == version + 1)
        .filter(commit -> commit.deadline().isAfter(clock.ofStore()))
        .ifPresent(commit -> publish(commit.commit()));
    late = Optional.empty();
  }

  /**
   * Commits what the stream has decided.
   *
   * @return the version; empty for a retryable conflict
   */
  Optional<Long> publish(IndexCommit commit) {
    if (!commitIndex(commit)) {
      return Optional.empty();
    }
    commit.added().forEach(added -> checkComplete(commit.readVersion(), added));
    return Optional.of(version);
  }

  /**
   * Commits segments after a version.
   *
   * @return false for a retryable conflict
   */
  boolean commitIndex(IndexCommit commit) {
    if (!isFresh(commit.readVersion())) {
      return false;
    }
    Set<UUID> replaced = commit.replaced();
    List<CommittedSegment> segments = new ArrayList<>(latest().segments());
    assertThat(segments).extracting(CommittedSegment::uuid).containsAll(replaced);
    segments.removeIf(segment -> replaced.contains(segment.uuid()));
    Coverage live = versions.get(commit.readVersion()).manifest().live();
    for (CommittedSegment added : commit.added()) {
      for (CommittedSegment other : segments) {
        assertThat(other.coverage().intersect(added.coverage())).isEqualTo(Coverage.empty());
        assertThat(other.uuid()).isNotEqualTo(added.uuid());
      }
      assertThat(live.containsAll(added.coverage())).as("fragments of %s are live", added).isTrue();
      assertThat(store.holds(added.uuid())).isTrue();
      assertThat(committed.add(added.uuid())).as("%s is committed twice", added).isTrue();
      readBy.put(added.uuid(), commit.readVersion());
      segments.add(added);
    }
    commitExclusively(latest().fragments(), segments);
    return true;
  }

  /**
   * Takes segments out of the index.
   *
   * @return false for a retryable conflict
   */
  boolean withdraw(long readVersion, Set<UUID> uuids) {
    if (!isFresh(readVersion)) {
      return false;
    }
    forgetCommitted(); // what the segments had replaced may take their place again
    commitExclusively(
        latest().fragments(),
        latest().segments().stream().filter(segment -> !uuids.contains(segment.uuid())).toList());
    return true;
  }

  /** Forgets the names that versions before this one hold. */
  void cleanUp(long oldest) {
    oldestRetained = Math.max(oldestRetained, oldest);
  }

  /** The segments that retained versions name. */
  Set<String> names() {
    return versions.values().stream()
        .filter(one -> retains(one.number()))
        .flatMap(one -> one.segments().stream())
        .map(segment -> segment.uuid().toString())
        .collect(Collectors.toSet());
  }

  /** Every row that is still what it was when this was decided has an entry of its value. */
  private void checkComplete(long readVersion, CommittedSegment segment) {
    Map<Integer, FragmentRows> now = latest().byId();
    Set<Row> entries = new HashSet<>(store.read(segment.uuid()).entries());
    for (FragmentRows then : versions.get(readVersion).select(segment.coverage())) {
      FragmentRows rows = now.get(then.id());
      if (rows != null && rows.fingerprint() == then.fingerprint()) {
        assertThat(entries.containsAll(rows.live())).as("%s of %s", rows.id(), segment).isTrue();
      }
    }
  }
}
