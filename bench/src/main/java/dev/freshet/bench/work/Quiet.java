package dev.freshet.bench.work;

import dev.freshet.bench.process.Usage;
import dev.freshet.job.EmbeddedJob;
import dev.freshet.job.report.IndexProgress;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.operators.options.StreamOptions;
import java.io.IOException;
import java.time.Duration;

/**
 * A stream that has nothing to do: all rows are covered, and for a while no version comes and
 * little is computed, as a model may be trained when all is covered already.
 */
final class Quiet {

  private static final Duration TICK = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** Longer than a checkpoint and its cleaning up take. */
  private static final Duration WHILE = Duration.ofSeconds(3);

  /** Of a core: an idle stream takes a tenth. */
  private static final double LITTLE = 0.5;

  private final StreamOptions options;
  private final EmbeddedJob stream;
  private long version;
  private long since;
  private double cpuSeconds;

  Quiet(StreamOptions options, EmbeddedJob stream) {
    this.options = options;
    this.stream = stream;
  }

  /**
   * Waits for it.
   *
   * @throws IOException if the stream ends, or is busy for ten minutes
   */
  void await() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    begin(0);
    try (DatasetVersions versions = new DatasetVersions(options.location(), ArrowBudget.MANIFEST)) {
      while (!isOver(IndexProgress.of(versions, options.index().name()))) {
        if (stream.result().isDone() || System.nanoTime() > deadline) {
          throw new IOException("The stream does not keep the index of " + options.dataset());
        }
        Thread.sleep(TICK.toMillis());
      }
    }
  }

  private boolean isOver(IndexProgress progress) throws IOException {
    if (!progress.complete() || progress.version() != version) {
      begin(progress.version());
      return false;
    }
    if (System.nanoTime() - since < WHILE.toNanos()) {
      return false;
    }
    boolean little = Usage.cpuSeconds() - cpuSeconds < LITTLE * WHILE.toSeconds();
    begin(version);
    return little;
  }

  /** The while begins again. */
  private void begin(long at) throws IOException {
    version = at;
    since = System.nanoTime();
    cpuSeconds = Usage.cpuSeconds();
  }
}
