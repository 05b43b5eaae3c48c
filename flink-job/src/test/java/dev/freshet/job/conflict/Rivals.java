package dev.freshet.job.conflict;

import dev.freshet.job.lancedb.LanceDb;
import dev.freshet.job.writer.TableFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;

/** All other writers of a table, a thread each, from now on until this is closed. */
final class Rivals implements AutoCloseable {

  static final int APPENDERS = 3;

  /** So that the stream can index what they append. */
  private static final Duration APPENDER_PAUSE = Duration.ofMillis(200);

  private static final Duration WRITER_PAUSE = Duration.ofMillis(50);

  /** What uncovers whole fragments comes less often, so that there is an index to be harmed. */
  private static final Duration REWRITER_PAUSE = Duration.ofMillis(600);

  private static final Duration LANCEDB_PAUSE = Duration.ofSeconds(2);

  private final Path table;
  private final BufferAllocator allocator;
  private final TableFormat format;
  private final RivalLog log;
  private final long seed;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();

  private Rivals(
      Path table, BufferAllocator allocator, TableFormat format, RivalLog log, long seed) {
    this.table = table;
    this.allocator = allocator;
    this.format = format;
    this.log = log;
    this.seed = seed;
  }

  /**
   * Starts them.
   *
   * @param newest optimizes the table, too
   * @param rows what they know of the table
   * @param log where they tell what became of their changes
   */
  static Rivals start(
      Path table,
      String index,
      BufferAllocator allocator,
      TableFormat format,
      Optional<LanceDb> newest,
      SharedRows rows,
      int dimension,
      RivalLog log,
      long seed) {
    Rivals rivals = new Rivals(table, allocator, format, log, seed);
    for (int appender = 0; appender < APPENDERS; appender++) {
      Change append = rivals.changes(rows, dimension).append(appender);
      rivals.add(Author.APPENDER, APPENDER_PAUSE, () -> append);
    }
    rivals.add(Author.DELETER, WRITER_PAUSE, rivals.changes(rows, dimension)::delete);
    rivals.add(Author.UPDATER, WRITER_PAUSE, rivals.changes(rows, dimension)::update);
    rivals.add(Author.REWRITER, REWRITER_PAUSE, rivals.changes(rows, dimension)::rewrite);
    rivals.add(Author.COMPACTOR, WRITER_PAUSE, TableChanges::compact);
    rivals.add(Author.OPTIMIZER, WRITER_PAUSE, () -> TableChanges.optimize(index));
    newest.ifPresent(
        lanceDb -> {
          Change optimize = TableChanges.optimize(lanceDb, table.getParent());
          rivals.add(Author.LANCEDB, LANCEDB_PAUSE, () -> optimize);
        });
    rivals.threads.forEach(Thread::start);
    return rivals;
  }

  private TableChanges changes(SharedRows rows, int dimension) {
    return new TableChanges(allocator, format, rows, dimension, nextSeed());
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
