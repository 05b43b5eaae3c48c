package dev.freshet.job;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Decides when a task manager has ended, and when it is in vain to replace it once more. */
final class TaskManagerWatch {

  /** What to do after a look at the cluster. */
  enum Decision {
    WAIT,
    REPLACE,
    GIVE_UP
  }

  /**
   * How patient the watch is.
   *
   * @param absence after so long without a task manager it has ended; one that only lost its
   *     connection is back by then
   * @param start the same for one that was just started
   * @param most replacements at most, within {@code window}
   */
  record Limits(Duration absence, Duration start, int most, Duration window) {

    static final Limits DEFAULT =
        new Limits(Duration.ofSeconds(5), Duration.ofMinutes(1), 5, Duration.ofMinutes(10));
  }

  private final Limits limits;
  private final Deque<Duration> replaced = new ArrayDeque<>();
  private Duration lastSeen;
  private boolean started;

  /**
   * @param now when a task manager was started, as time since any moment
   */
  TaskManagerWatch(Limits limits, Duration now) {
    this.limits = limits;
    this.lastSeen = now;
  }

  /**
   * Decides, and counts a replacement as made.
   *
   * @param taskManagers how many there are
   */
  Decision decide(int taskManagers, Duration now) {
    if (taskManagers > 0) {
      started = true;
      lastSeen = now;
      return Decision.WAIT;
    }
    if (now.minus(lastSeen).compareTo(started ? limits.absence() : limits.start()) < 0) {
      return Decision.WAIT;
    }
    replaced.removeIf(then -> now.minus(then).compareTo(limits.window()) >= 0);
    if (replaced.size() >= limits.most()) {
      return Decision.GIVE_UP;
    }
    replaced.add(now);
    started = false;
    lastSeen = now;
    return Decision.REPLACE;
  }
}
