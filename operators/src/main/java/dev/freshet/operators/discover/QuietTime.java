package dev.freshet.operators.discover;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Knows whether there has been no work for a while. */
final class QuietTime {

  private final Duration after;
  private Optional<Instant> since = Optional.empty();

  /**
   * @param after how long there may be no work before it is quiet
   */
  QuietTime(Duration after) {
    this.after = after;
  }

  /** Takes note of whether there is work; returns whether it is quiet now. */
  boolean look(boolean working, Instant now) {
    if (working) {
      since = Optional.empty();
      return false;
    }
    Instant start = since.filter(known -> !known.isAfter(now)).orElse(now);
    since = Optional.of(start);
    return !now.isBefore(start.plus(after));
  }
}
