package dev.freshet.job.cli;

import dev.freshet.job.report.IndexProgress;
import java.time.Duration;

/** Says how far an index is: a bar on a terminal, plain lines that change elsewhere. */
final class ProgressLine {

  private static final int WIDTH = 24;
  private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(5);

  private final Console console;
  private final long startNanos = System.nanoTime();
  private long lastNanos = startNanos;

  ProgressLine(Console console) {
    this.console = console;
  }

  void show(IndexProgress progress, long encoded) {
    String text = text(progress, encoded);
    if (console.terminal()) {
      console.progress(bar(progress) + text);
    } else if (System.nanoTime() - lastNanos >= PLAIN_INTERVAL.toNanos()) {
      console.progress(text);
      lastNanos = System.nanoTime();
    }
  }

  void end(IndexProgress progress, long encoded) {
    show(progress, encoded);
    console.closeLine();
  }

  private String bar(IndexProgress progress) {
    int full =
        progress.rows() == 0 ? WIDTH : (int) (WIDTH * progress.coveredRows() / progress.rows());
    return "[" + "#".repeat(full) + "-".repeat(WIDTH - full) + "] ";
  }

  private String text(IndexProgress progress, long encoded) {
    if (encoded == 0 && progress.segments().isEmpty()) {
      return String.format(
          "version %d: %,d rows in %d fragments, starting: reading or training the model",
          progress.version(), progress.rows(), progress.fragments());
    }
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    return String.format(
        "version %d: %,d of %,d rows and %d of %d fragments covered, %d segments, %,d rows encoded"
            + " (%,.0f/s), lag %.1f s",
        progress.version(),
        progress.coveredRows(),
        progress.rows(),
        progress.fragments() - progress.uncoveredFragments(),
        progress.fragments(),
        progress.segments().size(),
        encoded,
        encoded / Math.max(seconds, 1e-3),
        progress.lag().toMillis() / 1000.0);
  }
}
