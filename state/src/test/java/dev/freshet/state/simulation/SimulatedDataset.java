package dev.freshet.state.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.RowRange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A dataset in memory that behaves as Lance does: commits of an index go through over concurrent
 * appends and deletes and fail over concurrent index commits and rewrites; whole fragments leave
 * the manifest and stay in the coverage of segments; a rewrite gives the segments that it touches a
 * new uuid. What would abort or corrupt Lance is an assertion.
 */
final class SimulatedDataset {

  private static final Duration MOST_LATE = Duration.ofMinutes(10);

  /** A commit whose author believes that it failed. */
  private record Late(
      long expected,
      Instant deadline,
      long readVersion,
      CommittedSegment added,
      List<CommittedSegment> replaced) {}

  private record Version(List<FragmentRows> fragments, List<CommittedSegment> segments) {}

  private final Map<Long, Version> versions = new HashMap<>();
  private final Set<UUID> committed = new HashSet<>();
  private Optional<Late> late = Optional.empty();
  private final Supplier<UUID> uuids;
  private final SimulatedClock clock;
  final SimulatedStore store;
  private long version;
  private long oldestRetained;
  private long lastExclusiveVersion;
  private int nextFragment;

  SimulatedDataset(Supplier<UUID> uuids, SimulatedClock clock) {
    this.uuids = uuids;
    this.clock = clock;
    this.store = new SimulatedStore(clock);
    commit(List.of(), List.of());
  }

  ManifestVersion manifest() {
    List<Fragment> fragments =
        latest().fragments().stream()
            .map(
                rows ->
                    new Fragment(
                        rows.id(), rows.slots(), rows.deleted().cardinality(), rows.fingerprint()))
            .toList();
    return new ManifestVersion(
        version,
        Instant.ofEpochSecond(version),
        fragments,
        new LogicalIndex("vectors", latest().segments()));
  }

  /** The slots of the range's live rows at a version. */
  BitSet scan(long atVersion, RowRange range) {
    FragmentRows rows = fragment(versions.get(atVersion).fragments(), range.fragment());
    BitSet live = rows.live();
    assertThat(live.cardinality()).isEqualTo((int) range.fragmentRows());
    BitSet scanned = new BitSet();
    live.stream().skip(range.offset()).limit(range.rows()).forEach(scanned::set);
    return scanned;
  }

  void append(int slots) {
    List<FragmentRows> fragments = new ArrayList<>(latest().fragments());
    fragments.add(
        new FragmentRows(
            nextFragment++, slots, new BitSet(), uuids.get().getLeastSignificantBits()));
    commit(fragments, latest().segments());
  }

  void delete(int fragment, BitSet slots) {
    List<FragmentRows> fragments = new ArrayList<>(latest().fragments());
    fragments.replaceAll(
        rows -> {
          if (rows.id() != fragment) {
            return rows;
          }
          BitSet deleted = (BitSet) rows.deleted().clone();
          deleted.or(slots);
          deleted.clear(rows.slots(), Math.max(rows.slots(), deleted.length()));
          return new FragmentRows(rows.id(), rows.slots(), deleted, rows.fingerprint());
        });
    commit(fragments, latest().segments());
  }

  void remove(int fragment) {
    commit(
        latest().fragments().stream().filter(rows -> rows.id() != fragment).toList(),
        latest().segments());
  }

  /** Other rows under the ids of the first ones; an overwrite drops the index. */
  void overwrite(int slots) {
    nextFragment = 0;
    committed.clear();
    commit(List.of(), List.of());
    lastExclusiveVersion = version;
    append(slots);
  }

  /** Other values for a fragment's column, in place: Lance takes the fragment off the coverage. */
  void update(int fragment) {
    List<FragmentRows> fragments = new ArrayList<>(latest().fragments());
    fragments.replaceAll(
        rows ->
            rows.id() == fragment
                ? new FragmentRows(
                    fragment, rows.slots(), rows.deleted(), uuids.get().getLeastSignificantBits())
                : rows);
    List<CommittedSegment> segments =
        latest().segments().stream()
            .map(
                segment ->
                    new CommittedSegment(
                        segment.uuid(), segment.coverage().minus(Coverage.of(fragment))))
            .toList();
    commit(fragments, segments);
    lastExclusiveVersion = version;
  }

  void dropIndex() {
    committed.clear();
    commit(latest().fragments(), List.of());
    lastExclusiveVersion = version;
  }

  /**
   * Rewrites neighbours, planned at an earlier version, into one fragment.
   *
   * @param damaging whether the segments come out damaged, as some do
   * @return whether it was committed
   */
  boolean rewrite(long readVersion, Coverage fragments, boolean damaging) {
    List<FragmentRows> before = select(versions.get(readVersion).fragments(), fragments);
    if (lastExclusiveVersion > readVersion
        || !before.equals(select(latest().fragments(), fragments))) {
      return false;
    }
    int slots = before.stream().mapToInt(rows -> rows.live().cardinality()).sum();
    FragmentRows after =
        new FragmentRows(
            nextFragment++, slots, new BitSet(), uuids.get().getLeastSignificantBits());
    List<FragmentRows> remaining = new ArrayList<>();
    for (FragmentRows rows : latest().fragments()) {
      if (rows.id() == before.get(0).id()) {
        remaining.add(after);
      }
      if (!fragments.contains(rows.id())) {
        remaining.add(rows);
      }
    }
    List<CommittedSegment> segments =
        latest().segments().stream()
            .map(segment -> remap(segment, before, after, damaging))
            .toList();
    commit(remaining, segments);
    lastExclusiveVersion = version;
    return true;
  }

  private CommittedSegment remap(
      CommittedSegment segment, List<FragmentRows> before, FragmentRows after, boolean damaging) {
    Coverage removed = Coverage.of(before.stream().mapToInt(FragmentRows::id));
    if (!segment.coverage().intersects(removed)) {
      return segment;
    }
    assertThat(segment.coverage().containsAll(removed)).as("a rewrite across segments").isTrue();
    Map<Integer, SegmentRows.Entries> slots = new HashMap<>(store.read(segment.uuid()).slots());
    BitSet moved = new BitSet();
    int next = 0;
    for (FragmentRows rows : before) {
      BitSet old = slots.remove(rows.id()).slots();
      for (int slot : rows.live().stream().toArray()) {
        moved.set(next++, old.get(slot));
      }
    }
    slots.put(after.id(), new SegmentRows.Entries(after.fingerprint(), moved));
    UUID uuid = uuids.get();
    SegmentRows old = store.read(segment.uuid());
    store.write(uuid, new SegmentRows(old.model(), slots, old.damaged() || damaging));
    CommittedSegment remapped =
        new CommittedSegment(
            uuid, segment.coverage().minus(removed).union(Coverage.of(after.id())));
    check(remapped, List.of(after));
    return remapped;
  }

  /** A commit that its author gave up, and that may still land; it holds up nobody. */
  void commitLate(long readVersion, CommittedSegment added, List<CommittedSegment> replaced) {
    late =
        Optional.of(
            new Late(version + 1, clock.ofStore().plus(MOST_LATE), readVersion, added, replaced));
  }

  /** Lands the late commit, unless another one has its version or the network has lost it. */
  void landLate() {
    late.filter(commit -> commit.expected() == version + 1)
        .filter(commit -> commit.deadline().isAfter(clock.ofStore()))
        .ifPresent(commit -> commitIndex(commit.readVersion(), commit.added(), commit.replaced()));
    late = Optional.empty();
  }

  /**
   * Commits a segment after a version.
   *
   * @return false for a retryable conflict
   */
  boolean commitIndex(long readVersion, CommittedSegment added, List<CommittedSegment> replaced) {
    if (lastExclusiveVersion > readVersion) {
      return false;
    }
    List<CommittedSegment> segments = new ArrayList<>(latest().segments());
    assertThat(segments).as("replaced segments are committed").containsAll(replaced);
    segments.removeAll(replaced);
    for (CommittedSegment other : segments) {
      assertThat(other.coverage().intersect(added.coverage())).isEqualTo(Coverage.empty());
      assertThat(other.uuid()).isNotEqualTo(added.uuid());
    }
    List<FragmentRows> read = select(versions.get(readVersion).fragments(), added.coverage());
    assertThat(read).as("fragments of %s are live", added).hasSize(added.coverage().size());
    assertThat(store.read(added.uuid()).slots().keySet()).isSubsetOf(added.coverage().toList());
    check(added, read);
    assertThat(committed.add(added.uuid())).as("%s is committed twice", added).isTrue();
    segments.add(added);
    commit(latest().fragments(), segments);
    lastExclusiveVersion = version;
    return true;
  }

  /**
   * Takes a segment out of the index.
   *
   * @return false for a retryable conflict
   */
  boolean withdraw(long readVersion, UUID uuid) {
    if (lastExclusiveVersion > readVersion) {
      return false;
    }
    committed.clear(); // what the segment had replaced may take its place again
    commit(
        latest().fragments(),
        latest().segments().stream().filter(segment -> !segment.uuid().equals(uuid)).toList());
    lastExclusiveVersion = version;
    return true;
  }

  /** Forgets the names that versions before this one hold. */
  void cleanUp(long oldest) {
    oldestRetained = Math.max(oldestRetained, oldest);
  }

  /** The segments that retained versions name. */
  Set<String> names() {
    return versions.entrySet().stream()
        .filter(one -> one.getKey() == version || one.getKey() >= oldestRetained)
        .flatMap(one -> one.getValue().segments().stream())
        .map(segment -> segment.uuid().toString())
        .collect(Collectors.toSet());
  }

  /** Every live row has an entry, of the values that it has now. */
  private void check(CommittedSegment segment, List<FragmentRows> fragments) {
    Map<Integer, SegmentRows.Entries> slots = store.read(segment.uuid()).slots();

    for (FragmentRows rows : fragments) {
      assertThat(slots.get(rows.id()).fingerprint()).isEqualTo(rows.fingerprint());
      BitSet entries = slots.get(rows.id()).slots();
      BitSet missing = rows.live();
      missing.andNot(entries);
      assertThat(missing.isEmpty()).as("rows missing of fragment %s", rows.id()).isTrue();
      assertThat(entries.length()).isLessThanOrEqualTo(rows.slots());
    }
  }

  private void commit(List<FragmentRows> fragments, List<CommittedSegment> segments) {
    versions.put(++version, new Version(List.copyOf(fragments), List.copyOf(segments)));
  }

  private Version latest() {
    return versions.get(version);
  }

  private static FragmentRows fragment(List<FragmentRows> fragments, int id) {
    return fragments.stream().filter(rows -> rows.id() == id).findFirst().orElseThrow();
  }

  private static List<FragmentRows> select(List<FragmentRows> fragments, Coverage coverage) {
    return fragments.stream().filter(rows -> coverage.contains(rows.id())).toList();
  }
}
