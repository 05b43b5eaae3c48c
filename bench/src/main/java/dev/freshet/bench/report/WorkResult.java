package dev.freshet.bench.report;

import dev.freshet.bench.process.Measurement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * All rounds of a work.
 *
 * @param kind in lower case, such as build
 * @param other what Freshet was measured beside
 * @param freshet one a round
 * @param others one a round
 */
public record WorkResult(
    String work,
    String kind,
    String description,
    String other,
    List<Measurement> freshet,
    List<Measurement> others) {

  public WorkResult {
    freshet = List.copyOf(freshet);
    others = List.copyOf(others);
    if (freshet.isEmpty() || freshet.size() != others.size()) {
      throw new IllegalArgumentException(
          work
              + " has "
              + freshet.size()
              + " runs of Freshet and "
              + others.size()
              + " of "
              + other);
    }
  }

  public static Statistics of(List<Measurement> runs, ToDoubleFunction<Measurement> value) {
    return Statistics.of(runs.stream().mapToDouble(value).boxed().toList());
  }

  /** How many times as fast Freshet is, by the medians. */
  public double ratio() {
    return of(freshet, Measurement::vectorsPerSecond).median()
        / of(others, Measurement::vectorsPerSecond).median();
  }

  /**
   * Flat, in the order in which it is printed; numbers are medians over the rounds, series are of
   * the first.
   */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("work", work);
    map.put("kind", kind);
    map.put("description", description);
    map.put("rows", freshet.get(0).rows());
    put(map, "VectorsPerSecond", Measurement::vectorsPerSecond);
    map.put("ratio", rounded(ratio()));
    map.put("rounds", freshet.size());
    put(map, "Seconds", Measurement::seconds);
    put(map, "CpuSeconds", Measurement::cpuSeconds);
    put(map, "PeakRssMb", Measurement::peakRssMb);
    more(map, "freshet", freshet);
    more(map, other, others);
    map.put("freshetRounds", rounds(freshet));
    map.put(other + "Rounds", rounds(others));
    series(map, "freshet", freshet.get(0));
    series(map, other, others.get(0));
    return map;
  }

  private void put(Map<String, Object> map, String name, ToDoubleFunction<Measurement> value) {
    map.put("freshet" + name, rounded(of(freshet, value).median()));
    map.put(other + name, rounded(of(others, value).median()));
  }

  private static void more(Map<String, Object> map, String system, List<Measurement> runs) {
    for (String name : new TreeSet<>(runs.get(0).more().keySet())) {
      double median = of(runs, run -> run.more().getOrDefault(name, 0.0)).median();
      boolean clusterStart = name.equals("clusterStartSeconds");
      map.put(clusterStart ? name : system + capital(name), rounded(median));
    }
  }

  private static void series(Map<String, Object> map, String system, Measurement run) {
    Map<String, List<Double>> series = new TreeMap<>();
    run.series()
        .forEach(
            (name, values) -> series.put(name, values.stream().map(WorkResult::rounded).toList()));
    if (!series.isEmpty()) {
      map.put(system + "Series", series);
    }
  }

  private static List<Double> rounds(List<Measurement> runs) {
    return runs.stream().map(run -> rounded(run.seconds())).toList();
  }

  private static String capital(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  /** To three decimals. */
  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
