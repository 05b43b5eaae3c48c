package dev.freshet.sql.sink;

import java.util.Arrays;

/** The primary key of a row as bytes: equal keys have equal bytes, others have others. */
final class RowKey {

  private final byte[] bytes;
  private final int hash;

  RowKey(byte[] bytes) {
    this.bytes = bytes.clone();
    this.hash = hash(bytes);
  }

  /** FNV-1a, as consecutive numbers must not have close hashes (Fowler, Noll, Vo). */
  private static int hash(byte[] bytes) {
    long hash = 0xcbf29ce484222325L;
    for (byte one : bytes) {
      hash = (hash ^ (one & 0xff)) * 0x100000001b3L;
    }
    return Long.hashCode(hash);
  }

  byte[] toBytes() {
    return bytes.clone();
  }

  int length() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RowKey key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
