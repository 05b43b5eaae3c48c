package dev.freshet.bench.report;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * One way to keep an index in the result of a drift work.
 *
 * @param index the way's name
 * @param prefix of the way's values in the result
 * @param series over the steps, by name
 * @param behind what an index that is rebuilt at each step has over this one at most, by name
 */
record DriftSide(
    Map<String, Object> result,
    String index,
    String prefix,
    Map<String, List<Double>> series,
    Map<String, Double> behind) {

  private static final List<String> FRESHETS = List.of("frozen", "follow", "rebuilt");
  private static final List<String> RECALLS = List.of("recallAll", "recallNewest");

  DriftSide {
    series = Map.copyOf(series);
    behind = Map.copyOf(behind);
  }

  /** All that are in a result, Lance's last. */
  static List<DriftSide> of(Map<String, Object> result) {
    Map<String, List<Double>> freshet = series(result, "freshetSeries");
    Map<String, List<Double>> rebuilt = named(freshet, "rebuilt");
    List<DriftSide> sides = new ArrayList<>();
    for (String way : FRESHETS) {
      Map<String, List<Double>> series = named(freshet, way);
      sides.add(
          new DriftSide(result, way, "freshet" + capital(way), series, behind(series, rebuilt)));
    }
    Map<String, List<Double>> lance = series(result, "lanceSeries");
    sides.add(new DriftSide(result, "lance", "lance", lance, behind(lance, rebuilt)));
    return sides;
  }

  private static Map<String, List<Double>> series(Map<String, Object> result, String key) {
    return new ObjectMapper().convertValue(result.get(key), new TypeReference<>() {});
  }

  /** Those of one way, by the names without the way's. */
  private static Map<String, List<Double>> named(Map<String, List<Double>> all, String way) {
    Map<String, List<Double>> own = new HashMap<>();
    all.forEach(
        (name, values) -> {
          if (name.startsWith(way)) {
            String rest = name.substring(way.length());
            own.put(rest.substring(0, 1).toLowerCase(Locale.ROOT) + rest.substring(1), values);
          }
        });
    return own;
  }

  private static Map<String, Double> behind(
      Map<String, List<Double>> own, Map<String, List<Double>> rebuilt) {
    Map<String, Double> behind = new HashMap<>();
    for (String recall : RECALLS) {
      List<Double> mine = own.get(recall);
      List<Double> best = rebuilt.get(recall);
      behind.put(
          recall + "Behind",
          IntStream.range(0, mine.size())
              .mapToDouble(i -> Math.max(0, best.get(i) - mine.get(i)))
              .max()
              .orElse(0));
    }
    return behind;
  }

  /** A value over the steps. */
  List<Double> series(String name) {
    return series.get(name);
  }

  /** The values, for a row of a table. */
  Map<String, Object> row() {
    Map<String, Object> row = new HashMap<>(behind);
    row.put("stream", result.get("work"));
    row.put("index", index);
    result.forEach(
        (key, value) -> {
          if (key.startsWith(prefix) && value instanceof Number && key.length() > prefix.length()) {
            String rest = key.substring(prefix.length());
            row.put(rest.substring(0, 1).toLowerCase(Locale.ROOT) + rest.substring(1), value);
          }
        });
    return row;
  }

  private static String capital(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }
}
