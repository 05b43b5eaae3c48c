package dev.freshet.vector.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Reads past the page cache what {@link LargeFileOutput} wrote past it. Memory: a buffer of {@value
 * #BUFFER_BYTES} bytes off heap for each thread that reads at the same time.
 */
final class LargeFileReads {
  private static final int BUFFER_BYTES = 1 << 20;

  /** Smaller reads are of a file's tail, or of the little that a small file holds. */
  private static final int MIN_BYTES = 256 << 10;

  private final Queue<ByteBuffer> buffers = new ConcurrentLinkedQueue<>();

  /** Reads a range of a file; empty if it should be read through the cache. */
  Optional<byte[]> read(Path path, long offset, int length) throws IOException {
    if (length < MIN_BYTES || offset < LargeFileOutput.CACHED_BYTES) {
      return Optional.empty();
    }
    Optional<UncachedFile> opened = UncachedFile.open(path, StandardOpenOption.READ);
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    try (UncachedFile file = opened.get()) {
      ByteBuffer buffer =
          Optional.ofNullable(buffers.poll()).orElseGet(() -> file.buffer(BUFFER_BYTES));
      try {
        return Optional.of(file.read(offset, length, buffer));
      } finally {
        buffers.add(buffer);
      }
    }
  }
}
