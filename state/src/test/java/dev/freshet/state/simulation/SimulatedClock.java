package dev.freshet.state.simulation;

import java.time.Duration;
import java.time.Instant;

/** The clock that all parts of a simulation read; it can be set back. */
final class SimulatedClock {
  private Instant now = Instant.EPOCH.plus(Duration.ofDays(1));

  Instant now() {
    return now;
  }

  void advance(Duration by) {
    now = now.plus(by);
  }
}
