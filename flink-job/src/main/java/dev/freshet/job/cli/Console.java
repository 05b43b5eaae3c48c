package dev.freshet.job.cli;

import java.io.PrintWriter;

/** Progress on standard error: one line that is written over on a terminal, lines elsewhere. */
final class Console implements AutoCloseable {

  private final PrintWriter err;

  /** Set by the launcher, as Java 17 and 22 answer differently. */
  private final boolean terminal = Boolean.getBoolean("freshet.terminal");

  private boolean open;

  Console(PrintWriter err) {
    this.err = err;
  }

  boolean terminal() {
    return terminal;
  }

  /** A line that stays. */
  void line(String text) {
    closeLine();
    err.println(text);
    err.flush();
  }

  /** On a terminal, writes over the last; elsewhere a line. */
  void progress(String text) {
    if (terminal) {
      err.print("\r\u001b[K" + text);
      open = true;
    } else {
      err.println(text);
    }
    err.flush();
  }

  /** Ends a line that is being written over. */
  void closeLine() {
    if (open) {
      err.println();
      open = false;
    }
  }

  @Override
  public void close() {
    closeLine();
    err.flush();
  }
}
