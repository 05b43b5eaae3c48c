package dev.freshet.state.simulation;

import java.time.Duration;
import java.time.Instant;

/** The clock that all processes of a simulation read, which can be set back, and the store's. */
final class SimulatedClock {
  private Instant now = Instant.EPOCH.plus(Duration.ofDays(1));
  private Instant ofStore = now;

  Instant now() {
    return now;
  }

  /** The store's own time, which nobody sets back. */
  Instant ofStore() {
    return ofStore;
  }

  void advance(Duration by) {
    now = now.plus(by);
    ofStore = ofStore.plus(by);
  }

  void setBack(Duration by) {
    now = now.minus(by);
  }
}
