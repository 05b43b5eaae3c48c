package dev.freshet.bench.work;

import dev.freshet.vector.format.IndexStorage;
import java.io.IOException;
import java.util.UUID;

/**
 * All segments in storage, whether a manifest names them or not: all that were ever written, as
 * long as nothing is cleaned up.
 *
 * @param smallest bytes of the smallest segment
 */
record IndexFiles(int segments, long bytes, long smallest) {

  static IndexFiles in(IndexStorage storage) throws IOException {
    int segments = 0;
    long bytes = 0;
    long smallest = Long.MAX_VALUE;
    for (UUID segment : storage.list()) {
      long size = storage.size(segment);
      segments++;
      bytes += size;
      smallest = Math.min(smallest, size);
    }
    return new IndexFiles(segments, bytes, smallest);
  }
}
