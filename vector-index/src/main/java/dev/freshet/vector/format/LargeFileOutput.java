package dev.freshet.vector.format;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A new local file. What follows its first {@value #CACHED_BYTES} bytes goes past the page cache,
 * where the file system can do that: to fill the cache with gigabytes that are read once or never
 * takes most of the time of a large segment, and drives out the pages of those who query.
 *
 * <p>Memory: a buffer of {@value #BUFFER_BYTES} bytes off heap, for large files.
 */
final class LargeFileOutput extends OutputStream {
  static final int CACHED_BYTES = 4 << 20;
  private static final int BUFFER_BYTES = 4 << 20;

  private final Path path;
  private final FileChannel cached;
  private Optional<UncachedFile> uncached = Optional.empty();
  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private boolean triedUncached;
  private long position;

  /**
   * @throws java.nio.file.FileAlreadyExistsException if it exists
   */
  LargeFileOutput(Path path) throws IOException {
    this.path = path;
    this.cached = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int first = (int) Math.max(0, Math.min(length, CACHED_BYTES - position));
    writeCached(ByteBuffer.wrap(bytes, offset, first));
    if (first < length) {
      writeLarge(ByteBuffer.wrap(bytes, offset + first, length - first));
    }
  }

  private void writeLarge(ByteBuffer bytes) throws IOException {
    if (!triedUncached) {
      triedUncached = true;
      uncached = UncachedFile.open(path, StandardOpenOption.WRITE);
      if (uncached.isPresent()) {
        buffer = uncached.get().buffer(BUFFER_BYTES);
      }
    }
    if (uncached.isEmpty()) {
      writeCached(bytes);
      return;
    }
    while (bytes.hasRemaining()) {
      int some = Math.min(bytes.remaining(), buffer.remaining());
      buffer.put(bytes.slice(bytes.position(), some));
      bytes.position(bytes.position() + some);
      if (!buffer.hasRemaining()) {
        position += uncached.get().write(buffer.flip(), position);
        buffer.clear();
      }
    }
  }

  private void writeCached(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      position += cached.write(bytes, position);
    }
  }

  /** Writes the rest, which may end within a block of the file system. */
  @Override
  public void close() throws IOException {
    if (!cached.isOpen()) {
      return;
    }
    try (cached) {
      if (uncached.isPresent()) {
        uncached.get().close();
      }
      writeCached(buffer.flip());
    }
  }
}
