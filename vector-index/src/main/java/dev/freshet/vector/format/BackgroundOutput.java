package dev.freshet.vector.format;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Writes on a thread of its own, so that a merge reads its inputs meanwhile. Memory: {@value
 * #BUFFERS} buffers of {@value #BUFFER_BYTES} bytes at most.
 */
final class BackgroundOutput extends OutputStream {
  private static final int BUFFERS = 4;
  private static final int BUFFER_BYTES = 1 << 20;

  private final OutputStream out;
  private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(BUFFERS);
  private final AtomicReference<IOException> failure = new AtomicReference<>();
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "freshet-segment-writer");
            thread.setDaemon(true);
            return thread;
          });

  /** How many there are, free or not. */
  private int buffers;

  BackgroundOutput(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    for (int done = 0; done < length; ) {
      int some = Math.min(length - done, BUFFER_BYTES);
      byte[] buffer = takeBuffer();
      throwFailure();
      System.arraycopy(bytes, offset + done, buffer, 0, some);
      writer.execute(() -> writeNow(buffer, some));
      done += some;
    }
  }

  private void writeNow(byte[] buffer, int length) {
    try {
      if (failure.get() == null) {
        out.write(buffer, 0, length);
      }
    } catch (IOException e) {
      failure.compareAndSet(null, e);
    } finally {
      free.add(buffer);
    }
  }

  private byte[] takeBuffer() throws IOException {
    if (free.isEmpty() && buffers < BUFFERS) {
      buffers++;
      return new byte[BUFFER_BYTES];
    }
    try {
      return free.take();
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private void throwFailure() throws IOException {
    if (failure.get() != null) {
      throw new IOException("A segment file cannot be written", failure.get());
    }
  }

  private static IOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("Interrupted while a segment file was written");
  }

  /** Waits for what is still to be written. */
  @Override
  public void close() throws IOException {
    writer.shutdown();
    try (out) {
      while (!writer.awaitTermination(1, TimeUnit.MINUTES)) {
        // a slow storage, not a stuck one: its own timeouts end the write
      }
      throwFailure();
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }
}
