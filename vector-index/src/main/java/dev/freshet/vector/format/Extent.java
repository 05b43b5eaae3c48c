package dev.freshet.vector.format;

/** Bytes of a file, from {@code position} on. */
record Extent(long position, long length) {

  /** Whether the bytes lie in {@code [from, to)}. */
  boolean within(long from, long to) {
    return length >= 0 && position >= from && position <= to && length <= to - position;
  }
}
