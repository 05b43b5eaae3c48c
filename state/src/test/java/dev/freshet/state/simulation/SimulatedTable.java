package dev.freshet.state.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * The changes of a table's rows, and what Lance makes of its index in the same commit: whole
 * fragments leave the manifest and stay in the coverage of segments; a fragment that is rewritten
 * in place leaves the coverage, and its entries stay; a compaction gives the segments that it
 * touches a new uuid, or with stable row ids another coverage and nothing else.
 */
final class SimulatedTable {
  private final SimulatedDataset dataset;
  private final Supplier<UUID> uuids;
  private int nextFragment;
  private long nextRowId;
  private long nextValue;

  SimulatedTable(SimulatedDataset dataset, Supplier<UUID> uuids) {
    this.dataset = dataset;
    this.uuids = uuids;
  }

  void append(int slots) {
    List<FragmentRows> fragments = new ArrayList<>(dataset.latest().fragments());
    fragments.add(fragment(nextFragment++, nextRowId, freshValues(slots)));
    nextRowId += slots;
    dataset.commit(fragments, segments());
  }

  void delete(int fragment, BitSet slots) {
    dataset.commit(changed(fragment, rows -> rows.without(slots)), segments());
  }

  void remove(int fragment) {
    dataset.commit(
        dataset.latest().fragments().stream().filter(rows -> rows.id() != fragment).toList(),
        segments());
  }

  /** Other rows under the ids of the first ones; an overwrite drops the index. */
  void overwrite(int slots) {
    nextFragment = 0;
    dropIndex(List.of());
    append(slots);
  }

  void dropIndex() {
    dropIndex(dataset.latest().fragments());
  }

  private void dropIndex(List<FragmentRows> fragments) {
    dataset.forgetCommitted();
    dataset.commitExclusively(fragments, List.of());
  }

  /** Other values for some rows, in place: Lance takes the fragment off the coverage. */
  void updateInPlace(int fragment, BitSet slots) {
    dataset.commit(changed(fragment, rows -> rewritten(rows, slots)), shrunk(fragment));
  }

  /** Another writer says that a segment covers a fragment no more. */
  void uncover(int fragment) {
    dataset.commitExclusively(dataset.latest().fragments(), shrunk(fragment));
  }

  /** Other values for some rows, which move to a fragment of their own, as merge-insert does. */
  void updateByMoving(int fragment, BitSet slots) {
    FragmentRows before = dataset.latest().fragment(fragment);
    List<Row> moved = before.liveSlots().filter(slots::get).mapToObj(before.rows()::get).toList();
    if (moved.isEmpty()) {
      return;
    }
    List<FragmentRows> fragments = new ArrayList<>(changed(fragment, rows -> rows.without(slots)));
    fragments.removeIf(rows -> rows.id() == fragment && rows.live().isEmpty());
    List<Row> updated = moved.stream().map(row -> new Row(row.id(), nextValue++)).toList();
    fragments.add(placed(nextFragment++, updated));
    dataset.commit(fragments, segments());
  }

  /**
   * Rewrites neighbours, as they were at an earlier version, into one fragment.
   *
   * @param readVersion the version after which no index was committed
   * @param damaging whether the segments come out damaged, as some do
   * @return whether it was committed
   */
  boolean rewrite(long readVersion, Coverage fragments, boolean damaging) {
    List<FragmentRows> before = dataset.at(readVersion).select(fragments);
    if (!dataset.isFresh(readVersion) || !before.equals(dataset.latest().select(fragments))) {
      return false;
    }
    FragmentRows after =
        placed(nextFragment++, before.stream().flatMap(rows -> rows.live().stream()).toList());
    List<FragmentRows> remaining = new ArrayList<>();
    for (FragmentRows rows : dataset.latest().fragments()) {
      if (rows.id() == before.get(0).id()) {
        remaining.add(after);
      }
      if (!fragments.contains(rows.id())) {
        remaining.add(rows);
      }
    }
    dataset.commitExclusively(
        remaining,
        segments().stream().map(segment -> remap(segment, before, after, damaging)).toList());
    return true;
  }

  private CommittedSegment remap(
      CommittedSegment segment, List<FragmentRows> before, FragmentRows after, boolean damaging) {
    Coverage removed = Coverage.of(before.stream().mapToInt(FragmentRows::id));
    if (!segment.coverage().intersects(removed)) {
      return segment;
    }
    assertThat(segment.coverage().containsAll(removed)).as("a rewrite across segments").isTrue();
    Coverage coverage = segment.coverage().minus(removed).union(Coverage.of(after.id()));
    if (dataset.stableRowIds()) {
      return new CommittedSegment(segment.uuid(), coverage);
    }
    Map<Long, Long> moved = new HashMap<>();
    int slot = 0;
    for (FragmentRows rows : before) {
      for (Row row : rows.live()) {
        moved.put(row.id(), Row.address(after.id(), slot++));
      }
    }
    SegmentRows old = dataset.store.read(segment.uuid());
    List<Row> entries =
        old.entries().stream()
            .filter(entry -> !removed.contains(entry.fragment()) || moved.containsKey(entry.id()))
            .map(entry -> new Row(moved.getOrDefault(entry.id(), entry.id()), entry.value()))
            .toList();
    UUID uuid = uuids.get();
    dataset.store.write(uuid, new SegmentRows(old.model(), entries, old.damaged() || damaging));
    dataset.renamed(uuid);
    return new CommittedSegment(uuid, coverage);
  }

  private List<CommittedSegment> segments() {
    return dataset.latest().segments();
  }

  private List<CommittedSegment> shrunk(int fragment) {
    Coverage gone = Coverage.of(fragment);
    return segments().stream()
        .map(one -> new CommittedSegment(one.uuid(), one.coverage().minus(gone)))
        .toList();
  }

  private List<FragmentRows> changed(int fragment, Function<FragmentRows, FragmentRows> change) {
    return dataset.latest().fragments().stream()
        .map(rows -> rows.id() == fragment ? change.apply(rows) : rows)
        .toList();
  }

  private FragmentRows rewritten(FragmentRows before, BitSet slots) {
    List<Row> rows = new ArrayList<>(before.rows());
    slots.stream()
        .filter(slot -> slot < rows.size())
        .forEach(slot -> rows.set(slot, new Row(rows.get(slot).id(), nextValue++)));
    return new FragmentRows(before.id(), rows, before.deleted(), fingerprint());
  }

  /** Rows that keep their ids if these stay. */
  private FragmentRows placed(int id, List<Row> rows) {
    List<Row> placed = new ArrayList<>();
    for (Row row : rows) {
      placed.add(
          dataset.stableRowIds() ? row : new Row(Row.address(id, placed.size()), row.value()));
    }
    return new FragmentRows(id, placed, new BitSet(), fingerprint());
  }

  private FragmentRows fragment(int id, long firstRow, LongStream values) {
    List<Row> rows = new ArrayList<>();
    values.forEach(value -> rows.add(new Row(firstRow + rows.size(), value)));
    return placed(id, rows);
  }

  private LongStream freshValues(int count) {
    nextValue += count;
    return LongStream.range(nextValue - count, nextValue);
  }

  private long fingerprint() {
    return uuids.get().getLeastSignificantBits();
  }
}
