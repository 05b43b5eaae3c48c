package dev.freshet.job;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what other processes do. */
public final class Waiting {

  static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final Duration PAUSE = Duration.ofMillis(200);

  private Waiting() {}

  /**
   * Waits for a condition; what cannot be asked yet does not hold yet.
   *
   * @param hint where to look if it never holds
   */
  static void await(String what, String hint, Callable<Boolean> condition) throws Exception {
    await(what, hint, PATIENCE, condition);
  }

  /** The same with other patience. */
  public static void await(String what, String hint, Duration patience, Callable<Boolean> condition)
      throws Exception {
    long deadline = System.nanoTime() + patience.toNanos();
    Exception last = new IOException("it does not hold");
    while (System.nanoTime() < deadline) {
      try {
        if (condition.call()) {
          return;
        }
      } catch (IOException | RuntimeException e) {
        last = e;
      }
      Thread.sleep(PAUSE.toMillis());
    }
    throw new AssertionError("Waited in vain that " + what + "; " + hint, last);
  }

  /**
   * Waits until nothing is left to do; patience begins anew whenever less is left, as a slow
   * machine is no fault.
   */
  static void awaitNothingLeft(String what, String hint, Callable<Long> left) throws Exception {
    for (long now = left.call(); now > 0; now = left.call()) {
      long before = now;
      await(what + " (" + before + " are left)", hint, () -> left.call() < before);
    }
  }
}
