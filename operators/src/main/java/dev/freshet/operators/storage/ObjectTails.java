package dev.freshet.operators.storage;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lengths and tails of objects that never change: a reader of a segment begins at the end and goes
 * back, so the first read takes all it will want, and small files as a whole, in one request.
 *
 * <p>Holds at most {@value #FILES} tails of {@value #TAIL_BYTES} bytes. Thread-safe.
 */
final class ObjectTails {

  static final int TAIL_BYTES = 1 << 20;
  static final int FILES = 8;

  /** The end of an object; without bytes as long as nobody has read there. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Tail(long length, byte[] bytes) {
    long start() {
      return length - bytes.length;
    }

    boolean holds(long offset, int count) {
      return bytes.length > 0 && offset >= start() && offset + count <= length;
    }
  }

  private final ObjectStore store;
  private final Map<String, Tail> tails =
      new LinkedHashMap<>(FILES, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Tail> eldest) {
          return size() > FILES;
        }
      };

  ObjectTails(ObjectStore store) {
    this.store = store;
  }

  synchronized long length(String key) throws IOException {
    Tail known = tails.get(key);
    if (known == null) {
      known = new Tail(store.length(key), new byte[0]);
      tails.put(key, known);
    }
    return known.length();
  }

  byte[] read(String key, long offset, int length) throws IOException {
    Tail tail = tailFor(key, offset, length);
    if (!tail.holds(offset, length)) {
      return store.read(key, offset, length);
    }
    byte[] bytes = new byte[length];
    System.arraycopy(tail.bytes(), (int) (offset - tail.start()), bytes, 0, length);
    return bytes;
  }

  /** Fetched only for a read that it can serve, and only of files whose length was asked for. */
  private synchronized Tail tailFor(String key, long offset, int length) throws IOException {
    Tail known = tails.getOrDefault(key, new Tail(0, new byte[0]));
    int bytes = (int) Math.min(known.length(), TAIL_BYTES);
    boolean fits = offset >= known.length() - bytes && offset + length <= known.length();
    if (known.bytes().length == 0 && bytes > 0 && fits) {
      known = new Tail(known.length(), store.read(key, known.length() - bytes, bytes));
      tails.put(key, known);
    }
    return known;
  }

  /** Forgets what begins with a prefix: it was removed. */
  synchronized void forget(String prefix) {
    tails.keySet().removeIf(key -> key.startsWith(prefix));
  }
}
