package dev.freshet.bench.work;

import dev.freshet.bench.process.Measurement;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Runs of a work in several ways, whose values are told apart by the names of the ways. */
final class SeveralRuns {

  private final Map<String, Double> more = new HashMap<>();
  private final Map<String, List<Double>> series = new HashMap<>();
  private Optional<Measurement> first = Optional.empty();

  /** Takes a run in. */
  void add(String way, Measurement run) {
    first = first.or(() -> Optional.of(run));
    run.with("cpuSeconds", run.cpuSeconds())
        .more()
        .forEach((name, value) -> more.put(of(way, name), value));
    run.series().forEach((name, values) -> series.put(of(way, name), values));
  }

  private static String of(String way, String name) {
    return way + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  /** Rows, times and memory of the first, and the values of all. */
  Measurement together() {
    Measurement one = first.orElseThrow();
    return new Measurement(
        one.rows(), one.seconds(), one.cpuSeconds(), one.peakRssMb(), more, series);
  }
}
