package dev.freshet.bench.process;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one run took.
 *
 * @param rows rows that were indexed
 * @param seconds wall time of the measured phase
 * @param cpuSeconds user and system time of the process in that phase
 * @param peakRssMb most resident memory of the process in that phase, MiB
 * @param more what else the work looks at, by name
 * @param series what it looks at again and again, by name; all of the same length
 */
public record Measurement(
    long rows,
    double seconds,
    double cpuSeconds,
    double peakRssMb,
    Map<String, Double> more,
    Map<String, List<Double>> series) {

  public Measurement {
    more = Map.copyOf(more);
    series = Map.copyOf(series);
    if (rows < 0 || !(seconds >= 0) || !(cpuSeconds >= 0) || !(peakRssMb >= 0)) {
      throw new IllegalArgumentException(
          "A measurement is not negative: " + rows + ", " + seconds + ", " + cpuSeconds);
    }
  }

  /** One without any series. */
  public Measurement(
      long rows, double seconds, double cpuSeconds, double peakRssMb, Map<String, Double> more) {
    this(rows, seconds, cpuSeconds, peakRssMb, more, Map.of());
  }

  /** The same with more values. */
  public Measurement with(Map<String, Double> others) {
    Map<String, Double> all = new HashMap<>(more);
    all.putAll(others);
    return new Measurement(rows, seconds, cpuSeconds, peakRssMb, all, series);
  }

  /** The same with one more value. */
  public Measurement with(String name, double value) {
    return with(Map.of(name, value));
  }

  /** The same with these series. */
  public Measurement withSeries(Map<String, List<Double>> others) {
    return new Measurement(rows, seconds, cpuSeconds, peakRssMb, more, others);
  }

  public double vectorsPerSecond() {
    return seconds == 0 ? 0 : rows / seconds;
  }
}
