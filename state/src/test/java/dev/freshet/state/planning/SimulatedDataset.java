package dev.freshet.state.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.RowRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * A dataset in memory that behaves as Lance does: commits of an index go through over concurrent
 * appends and deletes and fail over concurrent index commits and rewrites; whole fragments leave
 * the manifest and stay in the coverage of segments; a rewrite gives the segments that it touches a
 * new uuid. What would abort or corrupt Lance is an assertion.
 */
final class SimulatedDataset {

  /** A fragment's rows are its slots; the deleted ones stay slots. Never modified. */
  record Rows(int id, int slots, BitSet deleted, long fingerprint) {
    BitSet live() {
      BitSet live = new BitSet();
      live.set(0, slots);
      live.andNot(deleted);
      return live;
    }
  }

  /** A segment's entries for one fragment, and what that fragment was when they were read. */
  record Entries(long fingerprint, BitSet slots) {}

  /** A segment directory: the slots it has an entry for, by fragment. Never modified. */
  record SegmentRows(String model, Map<Integer, Entries> slots) {
    long rows() {
      return slots.values().stream().mapToLong(entries -> entries.slots().cardinality()).sum();
    }
  }

  private record Version(List<Rows> fragments, List<CommittedSegment> segments) {}

  private final Map<Long, Version> versions = new HashMap<>();
  private final Map<UUID, SegmentRows> directories = new HashMap<>();
  private final Supplier<UUID> uuids;
  private long version;
  private long lastExclusiveVersion;
  private int nextFragment;

  SimulatedDataset(Supplier<UUID> uuids) {
    this.uuids = uuids;
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
    Rows rows = fragment(versions.get(atVersion).fragments(), range.fragment());
    BitSet live = rows.live();
    assertThat(live.cardinality()).isEqualTo((int) range.fragmentRows());
    BitSet scanned = new BitSet();
    live.stream().skip(range.offset()).limit(range.rows()).forEach(scanned::set);
    return scanned;
  }

  void write(UUID uuid, SegmentRows rows) {
    assertThat(directories.putIfAbsent(uuid, rows)).as("%s is written twice", uuid).isNull();
  }

  SegmentRows read(UUID uuid) {
    return directories.get(uuid);
  }

  void append(int slots) {
    List<Rows> fragments = new ArrayList<>(latest().fragments());
    fragments.add(
        new Rows(nextFragment++, slots, new BitSet(), uuids.get().getLeastSignificantBits()));
    commit(fragments, latest().segments());
  }

  void delete(int fragment, BitSet slots) {
    List<Rows> fragments = new ArrayList<>(latest().fragments());
    fragments.replaceAll(
        rows -> {
          if (rows.id() != fragment) {
            return rows;
          }
          BitSet deleted = (BitSet) rows.deleted().clone();
          deleted.or(slots);
          deleted.clear(rows.slots(), Math.max(rows.slots(), deleted.length()));
          return new Rows(rows.id(), rows.slots(), deleted, rows.fingerprint());
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
    commit(List.of(), List.of());
    lastExclusiveVersion = version;
    append(slots);
  }

  /** Other values for a fragment's column, in place: Lance takes the fragment off the coverage. */
  void update(int fragment) {
    List<Rows> fragments = new ArrayList<>(latest().fragments());
    fragments.replaceAll(
        rows ->
            rows.id() == fragment
                ? new Rows(
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
    commit(latest().fragments(), List.of());
    lastExclusiveVersion = version;
  }

  /**
   * Rewrites neighbours, planned at an earlier version, into one fragment.
   *
   * @return whether it was committed
   */
  boolean rewrite(long readVersion, Coverage fragments) {
    List<Rows> before = select(versions.get(readVersion).fragments(), fragments);
    if (lastExclusiveVersion > readVersion
        || !before.equals(select(latest().fragments(), fragments))) {
      return false;
    }
    int slots = before.stream().mapToInt(rows -> rows.live().cardinality()).sum();
    Rows after =
        new Rows(nextFragment++, slots, new BitSet(), uuids.get().getLeastSignificantBits());
    List<Rows> remaining = new ArrayList<>();
    for (Rows rows : latest().fragments()) {
      if (rows.id() == before.get(0).id()) {
        remaining.add(after);
      }
      if (!fragments.contains(rows.id())) {
        remaining.add(rows);
      }
    }
    List<CommittedSegment> segments =
        latest().segments().stream().map(segment -> remap(segment, before, after)).toList();
    commit(remaining, segments);
    lastExclusiveVersion = version;
    return true;
  }

  private CommittedSegment remap(CommittedSegment segment, List<Rows> before, Rows after) {
    Coverage removed = Coverage.of(before.stream().mapToInt(Rows::id));
    if (!segment.coverage().intersects(removed)) {
      return segment;
    }
    assertThat(segment.coverage().containsAll(removed)).as("a rewrite across segments").isTrue();
    Map<Integer, Entries> slots = new HashMap<>(read(segment.uuid()).slots());
    BitSet moved = new BitSet();
    int next = 0;
    for (Rows rows : before) {
      BitSet old = slots.remove(rows.id()).slots();
      for (int slot : rows.live().stream().toArray()) {
        moved.set(next++, old.get(slot));
      }
    }
    slots.put(after.id(), new Entries(after.fingerprint(), moved));
    UUID uuid = uuids.get();
    write(uuid, new SegmentRows(read(segment.uuid()).model(), slots));
    CommittedSegment remapped =
        new CommittedSegment(
            uuid, segment.coverage().minus(removed).union(Coverage.of(after.id())));
    check(remapped, List.of(after));
    return remapped;
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
    List<Rows> read = select(versions.get(readVersion).fragments(), added.coverage());
    assertThat(read).as("fragments of %s are live", added).hasSize(added.coverage().size());
    assertThat(read(added.uuid()).slots().keySet()).isSubsetOf(added.coverage().toList());
    check(added, read);
    segments.add(added);
    commit(latest().fragments(), segments);
    lastExclusiveVersion = version;
    return true;
  }

  /** Every live row has an entry, of the values that it has now. */
  private void check(CommittedSegment segment, List<Rows> fragments) {
    Map<Integer, Entries> slots = read(segment.uuid()).slots();

    for (Rows rows : fragments) {
      assertThat(slots.get(rows.id()).fingerprint()).isEqualTo(rows.fingerprint());
      BitSet entries = slots.get(rows.id()).slots();
      BitSet missing = rows.live();
      missing.andNot(entries);
      assertThat(missing.isEmpty()).as("rows missing of fragment %s", rows.id()).isTrue();
      assertThat(entries.length()).isLessThanOrEqualTo(rows.slots());
    }
  }

  private void commit(List<Rows> fragments, List<CommittedSegment> segments) {
    versions.put(++version, new Version(List.copyOf(fragments), List.copyOf(segments)));
  }

  private Version latest() {
    return versions.get(version);
  }

  private static Rows fragment(List<Rows> fragments, int id) {
    return fragments.stream().filter(rows -> rows.id() == id).findFirst().orElseThrow();
  }

  private static List<Rows> select(List<Rows> fragments, Coverage coverage) {
    return fragments.stream().filter(rows -> coverage.contains(rows.id())).toList();
  }
}
