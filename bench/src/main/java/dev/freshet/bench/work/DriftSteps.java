package dev.freshet.bench.work;

import java.util.List;

/**
 * A table's life under drift: its first rows, and then steps of rows that are inserted and others
 * that are deleted. Rows are numbered as they are inserted. Equal lives give equal rows.
 */
interface DriftSteps {

  /**
   * What happens at once.
   *
   * @param number 0 for the first rows
   * @param vectors that are inserted, shape [rows][dimension]; perhaps none
   * @param deleted rows that go, not of this step; disjoint
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of bulk data, never compared
  record Step(int number, float[] vectors, List<Numbers> deleted) {

    public Step {
      deleted = List.copyOf(deleted);
    }
  }

  /**
   * Some rows in a row.
   *
   * @param to number of the first row behind them
   */
  record Numbers(long from, long to) {

    public Numbers {
      if (from < 0 || to <= from) {
        throw new IllegalArgumentException("No rows from " + from + " to " + to);
      }
    }
  }

  boolean hasNext();

  Step next();
}
