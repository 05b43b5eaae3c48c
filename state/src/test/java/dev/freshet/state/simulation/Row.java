package dev.freshet.state.simulation;

/**
 * A row of a table, or the entry of one in a segment.
 *
 * @param id its row id: an address unless the table's row ids are stable
 * @param value what stands for its vector; no two vectors have the same
 */
record Row(long id, long value) {

  static long address(int fragment, int slot) {
    return (long) fragment << Integer.SIZE | slot;
  }

  /** Of an address. */
  int fragment() {
    return (int) (id >>> Integer.SIZE);
  }

  /** Of an address. */
  int slot() {
    return (int) id;
  }
}
