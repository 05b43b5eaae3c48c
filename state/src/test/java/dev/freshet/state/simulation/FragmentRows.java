package dev.freshet.state.simulation;

import dev.freshet.state.model.Fragment;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/** A fragment's rows, by their slots; the deleted ones stay there. Never modified. */
record FragmentRows(int id, List<Row> rows, BitSet deleted, long fingerprint) {

  FragmentRows {
    rows = List.copyOf(rows);
  }

  List<Row> live() {
    return liveSlots().mapToObj(rows::get).toList();
  }

  IntStream liveSlots() {
    return IntStream.range(0, rows.size()).filter(slot -> !deleted.get(slot));
  }

  boolean isLive(int slot) {
    return slot < rows.size() && !deleted.get(slot);
  }

  FragmentRows without(BitSet slots) {
    BitSet more = (BitSet) deleted.clone();
    more.or(slots);
    more.clear(rows.size(), Math.max(rows.size(), more.length()));
    return new FragmentRows(id, rows, more, fingerprint);
  }

  /** What the manifest says of it. */
  Fragment summary() {
    return new Fragment(id, rows.size(), deleted.cardinality(), fingerprint);
  }
}
