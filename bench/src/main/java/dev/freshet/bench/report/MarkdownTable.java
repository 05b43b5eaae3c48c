package dev.freshet.bench.report;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** A table with a row a result. */
final class MarkdownTable {

  /** A column: its heading, and its cell of a result. */
  record Column(String heading, Function<Map<String, Object>, String> cell) {

    static Column text(String heading, String key) {
      return new Column(heading, result -> String.valueOf(result.getOrDefault(key, "-")));
    }

    /** A number in a format of {@link String#format}; a dash if the result has none. */
    static Column number(String heading, String key, String format) {
      return new Column(heading, result -> format(result.get(key), format));
    }

    /** Two numbers of Freshet and Lance, Freshet's first. */
    static Column pair(String heading, String key, String format) {
      return pair(heading, "lance", key, format);
    }

    /** Two numbers of the systems, Freshet's first. */
    static Column pair(String heading, String other, String key, String format) {
      return new Column(
          heading,
          result ->
              format(result.get("freshet" + key), format)
                  + " / "
                  + format(result.get(other + key), format));
    }

    private static String format(Object value, String format) {
      return value instanceof Number number
          ? String.format(Locale.ROOT, format, number.doubleValue())
          : "-";
    }
  }

  private MarkdownTable() {}

  static String of(List<Map<String, Object>> results, Column... columns) {
    List<Column> all = List.of(columns);
    StringBuilder table = new StringBuilder();
    table.append(line(all.stream().map(Column::heading).toList()));
    table.append(line(Collections.nCopies(all.size(), "---")));
    for (Map<String, Object> result : results) {
      table.append(line(all.stream().map(column -> column.cell().apply(result)).toList()));
    }
    return table.toString();
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }
}
