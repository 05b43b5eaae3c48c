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
          "version %d: %s in %s, starting: reading or training the model",
          progress.version(),
          Count.of(progress.rows(), "row"),
          Count.of(progress.fragments(), "fragment"));
    }
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    return String.format(
        "version %d: %,d of %s and %d of %s covered, %s, %s encoded (%,.0f/s), lag %.1f s",
        progress.version(),
        progress.coveredRows(),
        Count.of(progress.rows(), "row"),
        progress.fragments() - progress.uncoveredFragments(),
        Count.of(progress.fragments(), "fragment"),
        Count.of(progress.segments().size(), "segment"),
        Count.of(encoded, "row"),
        encoded / Math.max(seconds, 1e-3),
        progress.lag().toMillis() / 1000.0);
  }
}
