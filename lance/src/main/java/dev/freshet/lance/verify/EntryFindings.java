package dev.freshet.lance.verify;

/** Receives what a comparison of a segment's entries with the present vectors finds. */
public interface EntryFindings {

  /** Says that so many more entries were compared. */
  void compared(long entries);

  /** The row's entry has its code, but lies in a partition that is not the nearest. */
  void misplaced(long rowId);

  /** The row's entry is not that of its present vector. */
  void stale(long rowId);
}
