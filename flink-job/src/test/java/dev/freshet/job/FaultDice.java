package dev.freshet.job;

import dev.freshet.job.FaultProxy.Faults;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Draws what becomes of each request, as a seed says, and counts. Thread-safe. */
final class FaultDice {

  /** What becomes of a request. */
  enum Fault {
    NONE,
    DENIED,
    SLOW_DOWN,
    DROPPED,
    LOST
  }

  private final SplittableRandom random;
  private final Map<String, Integer> requests = new TreeMap<>();
  private Faults shares;
  private int harmed;

  FaultDice(Faults shares, long seed) {
    this.shares = shares;
    this.random = new SplittableRandom(seed);
  }

  /** From now on. */
  synchronized void setShares(Faults faults) {
    shares = faults;
  }

  /**
   * Counts a request.
   *
   * @param kind as of {@link RequestHead#kind()}
   */
  synchronized Fault next(String kind) {
    requests.merge(kind, 1, Integer::sum);
    Fault fault = draw();
    harmed += fault == Fault.NONE ? 0 : 1;
    return fault;
  }

  private Fault draw() {
    double left = random.nextDouble();
    if (left < shares.denied()) {
      return Fault.DENIED;
    }
    left -= shares.denied();
    if (left < shares.slowDown()) {
      return Fault.SLOW_DOWN;
    }
    left -= shares.slowDown();
    if (left < shares.dropped()) {
      return Fault.DROPPED;
    }
    left -= shares.dropped();
    return left < shares.lost() ? Fault.LOST : Fault.NONE;
  }

  synchronized int delayMillis() {
    int longest = shares.longestDelayMillis();
    return longest == 0 ? 0 : random.nextInt(longest);
  }

  synchronized Map<String, Integer> requests() {
    return new TreeMap<>(requests);
  }

  synchronized int harmed() {
    return harmed;
  }
}
