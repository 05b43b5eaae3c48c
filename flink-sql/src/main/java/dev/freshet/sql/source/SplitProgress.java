package dev.freshet.sql.source;

/** A split whose rows are being emitted. */
final class SplitProgress {

  private final FragmentSplit split;
  private long rowsRead;

  SplitProgress(FragmentSplit split) {
    this.split = split;
    this.rowsRead = split.rowsRead();
  }

  void emitted() {
    rowsRead++;
  }

  FragmentSplit toSplit() {
    return split.behind(rowsRead);
  }
}
