package dev.freshet.lance.dataset;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Reads many files, several at a time, as a store lets wait for each. A thread reads files that
 * follow each other. Memory: two files for each thread, {@value #MAX_BYTES} bytes or one thread's.
 */
public final class ParallelReads {

  private static final int MAX_THREADS = 8;
  private static final int IN_A_ROW = 32;
  private static final long MAX_BYTES = 64 << 20;

  private final DatasetFiles files;
  private final Supplier<Content> content;
  private final Queue<List<DatasetFiles.Entry>> left = new ConcurrentLinkedQueue<>();

  /** What a thread does with the content of its files, of which it may keep one for the next. */
  @FunctionalInterface
  public interface Content {
    void accept(DatasetFiles.Entry file, byte[] bytes) throws IOException;
  }

  private ParallelReads(
      DatasetFiles files, List<DatasetFiles.Entry> wanted, Supplier<Content> content) {
    this.files = files;
    this.content = content;
    for (int from = 0; from < wanted.size(); from += IN_A_ROW) {
      left.add(wanted.subList(from, Math.min(wanted.size(), from + IN_A_ROW)));
    }
  }

  /**
   * Reads each file once; those that are gone are left out.
   *
   * @param content asked for once by each thread
   * @throws IOException the first failure, after which no more is read
   */
  public static void read(
      DatasetFiles files, List<DatasetFiles.Entry> wanted, Supplier<Content> content)
      throws IOException {
    if (!wanted.isEmpty()) {
      new ParallelReads(files, wanted, content).run(threads(wanted));
    }
  }

  static int threads(List<DatasetFiles.Entry> wanted) {
    long largest = wanted.stream().mapToLong(DatasetFiles.Entry::bytes).max().orElse(0);
    long most = Math.min(MAX_THREADS, MAX_BYTES / Math.max(1, 2 * largest));
    return (int) Math.max(1, Math.min(most, 1 + wanted.size() / IN_A_ROW));
  }

  private void run(int threads) throws IOException {
    ExecutorService pool = Executors.newFixedThreadPool(threads, ParallelReads::thread);
    try {
      List<Future<?>> readers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        readers.add(pool.submit(this::readWhatIsLeft));
      }
      for (Future<?> reader : readers) {
        reader.get();
      }
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while files were read");
    } finally {
      left.clear();
      pool.shutdown();
    }
  }

  private static Thread thread(Runnable reader) {
    Thread thread = new Thread(reader, "freshet-files-reader");
    thread.setDaemon(true);
    return thread;
  }

  private Void readWhatIsLeft() throws IOException {
    Content sink = content.get();
    try {
      for (List<DatasetFiles.Entry> next = left.poll(); next != null; next = left.poll()) {
        for (DatasetFiles.Entry file : next) {
          readOne(file, sink);
        }
      }
      return null;
    } catch (IOException | RuntimeException e) {
      left.clear(); // for the others, too
      throw e;
    }
  }

  private void readOne(DatasetFiles.Entry file, Content sink) throws IOException {
    byte[] bytes;
    try {
      bytes = files.read(file);
    } catch (FileNotFoundException e) {
      return; // removed meanwhile
    }
    sink.accept(file, bytes);
  }

  private static IOException failure(Throwable cause) {
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof IOException failed ? failed : new IOException(cause);
  }
}
