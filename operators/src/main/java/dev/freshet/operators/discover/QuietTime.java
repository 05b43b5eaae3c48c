package dev.freshet.operators.discover;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Knows when no checkpoint is needed soon: nothing is in flight, and what was handed out without
 * ever being seen to be done was handed out a while ago. A merge of segments alone is not seen: if
 * it takes longer than that, it is published with the next work, or the next rare checkpoint.
 */
final class QuietTime {

  private final Duration after;
  private Optional<Instant> since = Optional.empty();

  /**
   * @param after how long what is never seen to be done may take
   */
  QuietTime(Duration after) {
    this.after = after;
  }

  /**
   * Takes a look.
   *
   * @param inFlight whether work is in flight, or about to be
   * @param unseen whether work was handed out whose end nobody sees
   * @return whether it is quiet now
   */
  boolean look(boolean inFlight, boolean unseen, Instant now) {
    Instant start = since.filter(known -> !unseen && !known.isAfter(now)).orElse(now);
    since = Optional.of(start);
    return !inFlight && !now.isBefore(start.plus(after));
  }
}
