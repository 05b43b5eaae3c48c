package dev.freshet.state.simulation;

import java.util.BitSet;
import java.util.Map;

/**
 * A segment directory: the slots it has an entry for, by fragment. Never modified.
 *
 * @param damaged whether its codes are in the wrong partitions, as after some remaps
 */
record SegmentRows(String model, Map<Integer, Entries> slots, boolean damaged) {
  SegmentRows(String model, Map<Integer, Entries> slots) {
    this(model, slots, false);
  }

  long rows() {
    return slots.values().stream().mapToLong(entries -> entries.slots().cardinality()).sum();
  }

  /** A segment's entries for one fragment, and what that fragment was when they were read. */
  record Entries(long fingerprint, BitSet slots) {}
}
