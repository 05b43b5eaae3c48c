package dev.freshet.operators.discover;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Knows whether a table has been quiet for a while: no new version, and no work in flight. */
final class QuietTime {

  private final Duration after;
  private long version = -1;
  private Optional<Instant> since = Optional.empty();

  /**
   * @param after how long nothing may happen before it is quiet
   */
  QuietTime(Duration after) {
    this.after = after;
  }

  /** Takes note of a look at the table; returns whether it is quiet now. */
  boolean look(long seen, boolean working, Instant now) {
    if (working || seen != version) {
      version = seen;
      since = Optional.empty();
      return false;
    }
    Instant start = since.orElse(now);
    since = Optional.of(start);
    return !now.isBefore(start.plus(after));
  }
}
