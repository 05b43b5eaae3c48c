package dev.freshet.job.report;

import java.util.ArrayList;
import java.util.List;

/** How many rows there are of a kind, and the ids of the first few. */
final class Examples {

  private static final int KEPT = 3;

  private final boolean stableRowIds;
  private final List<Long> first = new ArrayList<>();
  private long count;

  Examples(boolean stableRowIds) {
    this.stableRowIds = stableRowIds;
  }

  void add(long rowId) {
    count++;
    if (first.size() < KEPT) {
      first.add(rowId);
    }
  }

  long count() {
    return count;
  }

  /** The row ids; where they are addresses, as fragment and row. */
  @Override
  public String toString() {
    List<String> rows = first.stream().map(this::describe).toList();
    return (stableRowIds ? "row ids " : "fragment:row ")
        + String.join(", ", rows)
        + (count > KEPT ? " …" : "");
  }

  private String describe(long rowId) {
    return stableRowIds
        ? Long.toUnsignedString(rowId)
        : (rowId >>> Integer.SIZE) + ":" + (rowId & 0xFFFF_FFFFL);
  }
}
