package dev.freshet.job.conflict;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;

/** All other writers of a table, a thread each, from now on until this is closed. */
final class Rivals implements AutoCloseable {

  static final int APPENDERS = 3;

  /** An appender's pause is longer, so that the stream can index what it appends. */
  private static final int APPENDER_PAUSES = 4;

  private final Path table;
  private final BufferAllocator allocator;
  private final RivalLog log;
  private final long seed;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();

  private Rivals(Path table, BufferAllocator allocator, RivalLog log, long seed) {
    this.table = table;
    this.allocator = allocator;
    this.log = log;
    this.seed = seed;
  }

  /**
   * Starts them.
   *
   * @param rows what they know of the table
   * @param log where they tell what became of their changes
   * @param pause the longest between two commits of a writer
   */
  static Rivals start(
      Path table,
      String index,
      BufferAllocator allocator,
      SharedRows rows,
      int dimension,
      RivalLog log,
      Duration pause,
      long seed) {
    Rivals rivals = new Rivals(table, allocator, log, seed);
    for (int appender = 0; appender < APPENDERS; appender++) {
      Change append = rivals.changes(rows, dimension).append(appender);
      rivals.add(Author.APPENDER, pause.multipliedBy(APPENDER_PAUSES), () -> append);
    }
    rivals.add(Author.DELETER, pause, rivals.changes(rows, dimension)::delete);
    rivals.add(Author.UPDATER, pause, rivals.changes(rows, dimension)::update);
    rivals.add(Author.COMPACTOR, pause, TableChanges::compact);
    rivals.add(Author.OPTIMIZER, pause, () -> TableChanges.optimize(index));
    rivals.threads.forEach(Thread::start);
    return rivals;
  }

  private TableChanges changes(SharedRows rows, int dimension) {
    return new TableChanges(allocator, rows, dimension, nextSeed());
  }

  private void add(Author author, Duration longestPause, Supplier<Change> changes) {
    Rival rival = new Rival(author, table, allocator, changes, longestPause, log, stop, nextSeed());
    threads.add(new Thread(rival, author.toString()));
  }

  private long nextSeed() {
    return 100 * seed + threads.size();
  }

  @Override
  public void close() {
    stop.countDown();
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
