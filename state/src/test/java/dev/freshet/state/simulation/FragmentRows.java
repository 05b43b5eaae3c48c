package dev.freshet.state.simulation;

import java.util.BitSet;

/** A fragment's rows are its slots; the deleted ones stay slots. Never modified. */
record FragmentRows(int id, int slots, BitSet deleted, long fingerprint) {
  BitSet live() {
    BitSet live = new BitSet();
    live.set(0, slots);
    live.andNot(deleted);
    return live;
  }
}
