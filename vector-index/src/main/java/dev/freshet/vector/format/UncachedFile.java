package dev.freshet.vector.format;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A local file that is read or written past the page cache, in whole blocks of its file system. */
final class UncachedFile implements Closeable {
  private final Path path;
  private final FileChannel channel;
  private final int blockBytes;

  private UncachedFile(Path path, FileChannel channel, int blockBytes) {
    this.path = path;
    this.channel = channel;
    this.blockBytes = blockBytes;
  }

  /**
   * Opens a file that exists; empty if its file system knows no access past the cache. What else is
   * wrong with it is said by the access through the cache that follows.
   */
  static Optional<UncachedFile> open(Path path, StandardOpenOption access) {
    try {
      int blockBytes = (int) Files.getFileStore(path).getBlockSize();
      return Optional.of(
          new UncachedFile(
              path, FileChannel.open(path, access, ExtendedOpenOption.DIRECT), blockBytes));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** An empty buffer that may be transferred. */
  ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes + blockBytes)
        .alignedSlice(blockBytes)
        .limit(bytes)
        .slice();
  }

  /**
   * Writes a buffer, whose length is a multiple of the block.
   *
   * @return its bytes
   */
  int write(ByteBuffer whole, long position) throws IOException {
    int bytes = whole.remaining();
    while (whole.hasRemaining()) {
      channel.write(whole, position + whole.position());
    }
    return bytes;
  }

  /**
   * Reads from anywhere in the file.
   *
   * @param buffer of {@link #buffer}; overwritten, and read as often as it takes
   */
  byte[] read(long offset, int length, ByteBuffer buffer) throws IOException {
    byte[] bytes = new byte[length];
    for (int done = 0; done < length; ) {
      int skipped = (int) ((offset + done) % blockBytes);
      if (channel.read(buffer.clear(), offset + done - skipped) <= skipped) {
        throw new EOFException(path + " ends before byte " + (offset + length));
      }
      int some = Math.min(length - done, buffer.position() - skipped);
      buffer.get(skipped, bytes, done, some);
      done += some;
    }
    return bytes;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
