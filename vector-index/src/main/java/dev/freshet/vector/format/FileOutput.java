package dev.freshet.vector.format;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/** A file that grows, and where it has got to. */
final class FileOutput implements Closeable {
  private static final int ALIGNMENT = 64;

  /** A file channel copies what it is given at once to a buffer off heap, which it keeps. */
  private static final int SLICE_BYTES = 1 << 20;

  private final OutputStream out;
  private long position;

  FileOutput(OutputStream out) {
    this.out = out;
  }

  long position() {
    return position;
  }

  /** Writes the first {@code length} bytes where Lance expects a buffer to begin. */
  Extent writeBuffer(byte[] bytes, int length) throws IOException {
    write(new byte[(int) (-position & (ALIGNMENT - 1))]);
    Extent extent = new Extent(position, length);
    for (int done = 0; done < length; done += SLICE_BYTES) {
      out.write(bytes, done, Math.min(SLICE_BYTES, length - done));
    }
    position += length;
    return extent;
  }

  void write(byte[] bytes) throws IOException {
    out.write(bytes);
    position += bytes.length;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
