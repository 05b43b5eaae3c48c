package dev.freshet.bench.process;

import java.util.HashMap;
import java.util.Map;

/**
 * What one run took.
 *
 * @param rows rows that were indexed
 * @param seconds wall time of the measured phase
 * @param cpuSeconds user and system time of the process in that phase
 * @param peakRssMb most resident memory of the process in that phase, MiB
 * @param more what else the work looks at, by name
 */
public record Measurement(
    long rows, double seconds, double cpuSeconds, double peakRssMb, Map<String, Double> more) {

  public Measurement {
    more = Map.copyOf(more);
    if (rows < 0 || !(seconds >= 0) || !(cpuSeconds >= 0) || !(peakRssMb >= 0)) {
      throw new IllegalArgumentException(
          "A measurement is not negative: " + rows + ", " + seconds + ", " + cpuSeconds);
    }
  }

  /** The same with more values. */
  public Measurement with(Map<String, Double> others) {
    Map<String, Double> all = new HashMap<>(more);
    all.putAll(others);
    return new Measurement(rows, seconds, cpuSeconds, peakRssMb, all);
  }

  /** The same with one more value. */
  public Measurement with(String name, double value) {
    return with(Map.of(name, value));
  }

  public double vectorsPerSecond() {
    return seconds == 0 ? 0 : rows / seconds;
  }
}
