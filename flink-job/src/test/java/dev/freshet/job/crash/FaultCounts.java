package dev.freshet.job.crash;

import java.util.EnumMap;
import java.util.Map;

/** How often what happened. */
final class FaultCounts {

  private final Map<Fault, Integer> counts = new EnumMap<>(Fault.class);

  void add(Fault fault) {
    counts.merge(fault, 1, Integer::sum);
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
