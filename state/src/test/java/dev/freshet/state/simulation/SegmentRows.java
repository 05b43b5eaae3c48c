package dev.freshet.state.simulation;

import java.util.List;

/**
 * A segment directory: its entries. Never modified.
 *
 * @param damaged whether its codes are in the wrong partitions, as after some remaps
 */
record SegmentRows(String model, List<Row> entries, boolean damaged) {

  SegmentRows {
    entries = List.copyOf(entries);
  }

  SegmentRows(String model, List<Row> entries) {
    this(model, entries, false);
  }

  long rows() {
    return entries.size();
  }
}
