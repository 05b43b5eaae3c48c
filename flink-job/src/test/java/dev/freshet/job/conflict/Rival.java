package dev.freshet.job.conflict;

import dev.freshet.job.writer.LanceTable;
import dev.freshet.job.writer.LanceWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.lance.Dataset;

/** A writer that makes one kind of change again and again, each from the latest version. */
final class Rival implements Runnable {

  private final Author author;
  private final Path table;
  private final BufferAllocator allocator;
  private final Supplier<Change> changes;
  private final long longestPauseMillis;
  private final RivalLog log;
  private final CountDownLatch stop;
  private final SplittableRandom random;

  /**
   * @param longestPause between two changes
   * @param stop when it is counted down, the writer ends
   */
  Rival(
      Author author,
      Path table,
      BufferAllocator allocator,
      Supplier<Change> changes,
      Duration longestPause,
      RivalLog log,
      CountDownLatch stop,
      long seed) {
    this.author = author;
    this.table = table;
    this.allocator = allocator;
    this.changes = changes;
    this.longestPauseMillis = longestPause.toMillis();
    this.log = log;
    this.stop = stop;
    this.random = new SplittableRandom(seed);
  }

  @Override
  public void run() {
    try {
      while (!stop.await(random.nextLong(longestPauseMillis + 1), TimeUnit.MILLISECONDS)) {
        change();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void change() {
    Change change = changes.get();
    try (Dataset dataset = LanceTable.open(table, allocator)) {
      long read = dataset.version();
      long made = change.apply(dataset);
      if (made != read) {
        log.landed(author, read, made);
      }
    } catch (IOException | RuntimeException e) {
      if (LanceWriter.isConflict(e)) {
        log.refused(author);
      } else if (LanceWriter.isUnable(e)) {
        log.unable();
      } else {
        log.failed(author, e);
      }
    }
  }
}
