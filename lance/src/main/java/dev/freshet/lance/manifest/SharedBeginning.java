package dev.freshet.lance.manifest;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Tells how many of the first fields of a message are those of the message before, so that nobody
 * walks through them again. Not thread-safe. Memory: the message before, and 4 bytes per field.
 */
final class SharedBeginning {

  private ByteBuffer before = ByteBuffer.allocate(0);
  private int[] ends = new int[64];
  private int fields;

  /**
   * Goes on to another message.
   *
   * @return the bytes of the first fields that are byte for byte those of the message before
   */
  int next(ByteBuffer message) {
    int mismatch = before.mismatch(message);
    int same = mismatch < 0 ? message.remaining() : mismatch;
    int found = Arrays.binarySearch(ends, 0, fields, same);
    fields = found < 0 ? -1 - found : found + 1;
    before = message;
    return fields == 0 ? 0 : ends[fields - 1];
  }

  /**
   * Adds a field of the message, behind those that were there before.
   *
   * @param end where it ends in the message
   */
  void add(int end) {
    if (fields == ends.length) {
      ends = Arrays.copyOf(ends, 2 * fields);
    }
    ends[fields++] = end;
  }
}
