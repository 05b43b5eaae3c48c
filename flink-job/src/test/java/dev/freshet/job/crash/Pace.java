package dev.freshet.job.crash;

import java.time.Duration;

/** When something that is done again and again is due. */
final class Pace {

  private final long nanos;
  private long next;

  private Pace(long nanos) {
    this.nanos = nanos;
    this.next = System.nanoTime() + nanos;
  }

  static Pace every(Duration interval) {
    return new Pace(interval.toNanos());
  }

  /** Whether it is due; then it is due again after the interval, what was missed is left out. */
  boolean isDue() {
    long now = System.nanoTime();
    if (now < next) {
      return false;
    }
    next = now + nanos;
    return true;
  }
}
