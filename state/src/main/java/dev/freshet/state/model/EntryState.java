package dev.freshet.state.model;

/** What the entries of a segment are worth. */
public enum EntryState {
  SOUND,
  /** Some entries cost answers; without them the segment is sound. */
  WORN,
  /** Rows have several entries, and nothing tells which of them is true. */
  AMBIGUOUS,
  /** The segment is of a file format that this program does not read. */
  UNKNOWN
}
