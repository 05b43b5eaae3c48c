package dev.freshet.state.simulation;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/** Lets processes die and calls to storage fail, as a seeded random number says. */
final class Faults {

  /** The process is gone: what it had in memory is lost, what it wrote is there. */
  static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Crash(Step step) {
      super("died at " + step);
    }
  }

  /** A call to storage failed; it may have taken effect all the same. */
  static final class StoreError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreError(Step step) {
      super("storage failed at " + step);
    }
  }

  /** How often a process died at a step, and how often a call failed or was slow there. */
  record Counts(long passed, long deaths, long failures, long delays) {
    static final Counts NONE = new Counts(0, 0, 0, 0);

    Counts plus(Counts other) {
      return new Counts(
          passed + other.passed,
          deaths + other.deaths,
          failures + other.failures,
          delays + other.delays);
    }
  }

  private static final int MAX_SECONDS_LATE = 1200;
  private static final double FOCUS_RATE = 0.5;
  private static final int MAX_FOCUSED = 8;
  private static final double CORRUPTION = 0.3;

  private final Random random;
  private final SimulatedClock clock;
  private final double rate;
  private final Optional<Step> focus;
  private final Map<Step, Counts> counts = new EnumMap<>(Step.class);
  private int focusLeft = MAX_FOCUSED;
  private boolean stopped;

  private Faults(Random random, SimulatedClock clock, double rate, Optional<Step> focus) {
    this.random = random;
    this.clock = clock;
    this.rate = rate;
    this.focus = focus;
  }

  static Faults none(SimulatedClock clock) {
    return new Faults(new Random(0), clock, 0, Optional.empty());
  }

  /**
   * @param rate share of the steps at which something goes wrong
   * @param focus a step at which it does every other time, until that has happened often enough
   */
  static Faults of(Random random, SimulatedClock clock, double rate, Step focus) {
    return new Faults(random, clock, rate, Optional.of(focus));
  }

  /** From here on all goes well. */
  void stop() {
    stopped = true;
  }

  /** A step between two calls: the process may die there. */
  void pass(Step step) {
    count(step, new Counts(1, 0, 0, 0));
    if (strikes(step)) {
      throw death(step);
    }
  }

  /** A call to storage: the process may die before or after it, or the call fail or be slow. */
  <T> T call(Step step, Supplier<T> operation) {
    count(step, new Counts(1, 0, 0, 0));
    if (!strikes(step)) {
      return operation.get();
    }
    int outcome = random.nextInt(5);
    if (outcome < 2) {
      throw outcome == 0 ? death(step) : failure(step);
    }
    T landed = operation.get();
    if (outcome < 4) {
      throw outcome == 2 ? death(step) : failure(step);
    }
    clock.advance(Duration.ofSeconds(random.nextInt(MAX_SECONDS_LATE)));
    count(step, new Counts(0, 0, 0, 1));
    return landed;
  }

  /** Whether a segment comes out silently damaged. */
  boolean corrupts() {
    double chance = focus.filter(Step.REBUILD::equals).isPresent() ? CORRUPTION : rate / 4;
    return !stopped && random.nextDouble() < chance;
  }

  /** Whether a call is reported as failed now and takes effect later, if it still can. */
  boolean landsLate(Step step) {
    return strikes(step) && random.nextInt(4) == 0;
  }

  StoreError failure(Step step) {
    count(step, new Counts(0, 0, 1, 0));
    return new StoreError(step);
  }

  StoreError failure(Step step, IOException cause) {
    StoreError failure = failure(step);
    failure.initCause(cause);
    return failure;
  }

  private Crash death(Step step) {
    count(step, new Counts(0, 1, 0, 0));
    return new Crash(step);
  }

  private boolean strikes(Step step) {
    boolean focused = focusLeft > 0 && focus.filter(step::equals).isPresent();
    boolean strikes = !stopped && random.nextDouble() < (focused ? FOCUS_RATE : rate);
    focusLeft -= focused && strikes ? 1 : 0;
    return strikes;
  }

  private void count(Step step, Counts more) {
    counts.merge(step, more, Counts::plus);
  }

  Map<Step, Counts> counts() {
    return counts;
  }
}
