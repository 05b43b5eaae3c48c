package dev.freshet.sql;

import dev.freshet.sql.catalog.LanceCatalogFactory;
import dev.freshet.sql.search.SearchOptions;
import dev.freshet.sql.table.SourceOptions;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.apache.flink.table.factories.Factory;
import org.apache.flink.util.TimeUtils;

/** The options as tables in Markdown, made from the code. */
final class OptionTables {

  private OptionTables() {}

  /** By the names that the page has for them. */
  static Map<String, String> all() {
    Factory table = new LanceTableFactory();
    Factory catalog = new LanceCatalogFactory();
    Set<ConfigOption<?>> scan = SourceOptions.all();
    Set<ConfigOption<?>> search = SearchOptions.all();
    Map<String, String> tables = new LinkedHashMap<>();
    tables.put(
        "table",
        table(
            table.requiredOptions(),
            table.optionalOptions().stream()
                .filter(option -> !scan.contains(option) && !search.contains(option))));
    tables.put("scan", table(Set.of(), scan.stream()));
    tables.put("search", table(Set.of(), search.stream()));
    tables.put("catalog", table(catalog.requiredOptions(), catalog.optionalOptions().stream()));
    return tables;
  }

  private static String table(Set<ConfigOption<?>> required, Stream<ConfigOption<?>> optional) {
    Comparator<ConfigOption<?>> byKey = Comparator.comparing(ConfigOption::key);
    return Stream.concat(required.stream().sorted(byKey), optional.sorted(byKey))
        .map(option -> row(option, required.contains(option)))
        .collect(
            Collectors.joining("\n", "| option | default | meaning |\n| --- | --- | --- |\n", ""));
  }

  private static String row(ConfigOption<?> option, boolean isRequired) {
    String initial = isRequired ? "(required)" : option.hasDefaultValue() ? text(option) : "";
    return "| `%s` | %s | %s |"
        .formatted(option.key(), initial, new HtmlFormatter().format(option.description()));
  }

  private static String text(ConfigOption<?> option) {
    Object value = option.defaultValue();
    if (value instanceof Duration duration) {
      return "`" + TimeUtils.formatWithHighestUnit(duration) + "`";
    }
    if (value instanceof Enum<?> constant) {
      return "`" + constant.name().toLowerCase(Locale.ROOT) + "`";
    }
    return value.equals(Map.of()) ? "" : "`" + value + "`";
  }
}
