package dev.freshet.sql.catalog;

import static dev.freshet.sql.table.FreshetTableOptions.PATH;
import static org.apache.flink.table.factories.FactoryUtil.CONNECTOR;

import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.sql.LanceTableFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.catalog.CatalogBaseTable;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.exceptions.CatalogException;

/**
 * What a table is beside its columns, as the dataset keeps it.
 *
 * @param options those of the connector but for its name, the path and the storage's
 * @param primaryKey its columns; empty if there is none
 */
record TableDescription(
    Map<String, String> options, List<String> primaryKey, Optional<String> comment) {

  /** Begins the names of all that is Freshet's in a dataset's properties. */
  static final String PREFIX = "freshet.table.";

  private static final String OPTION = PREFIX + "option.";
  private static final String KEY = PREFIX + "primary-key.";
  private static final String COMMENT = PREFIX + "comment";

  TableDescription {
    options = Map.copyOf(options);
    primaryKey = List.copyOf(primaryKey);
  }

  /**
   * Of a table as it is declared.
   *
   * @param path where the dataset is
   * @throws CatalogException in one line, if a dataset cannot keep it
   */
  static TableDescription of(CatalogBaseTable declared, String path) {
    if (!(declared instanceof ResolvedCatalogTable table)) {
      throw new CatalogException("The catalog holds tables only, no " + declared.getTableKind());
    }
    if (table.isPartitioned() || table.getDistribution().isPresent()) {
      throw new CatalogException("A Lance table is neither partitioned nor distributed");
    }
    boolean onlyColumns =
        table.getResolvedSchema().getColumns().stream().allMatch(Column::isPhysical)
            && table.getResolvedSchema().getWatermarkSpecs().isEmpty();
    if (!onlyColumns) {
      throw new CatalogException(
          "A Lance table keeps physical columns only: declare computed columns, metadata and"
              + " watermarks in a temporary table or a view");
    }
    return new TableDescription(
        options(table.getOptions(), path),
        table.getResolvedSchema().getPrimaryKey().map(key -> key.getColumns()).orElse(List.of()),
        Optional.of(table.getComment()).filter(comment -> !comment.isEmpty()));
  }

  private static Map<String, String> options(Map<String, String> given, String path) {
    Map<String, String> options = new HashMap<>(given);
    requireIs(CONNECTOR, LanceTableFactory.IDENTIFIER, options);
    requireIs(PATH, path, options);
    List<String> known =
        new LanceTableFactory().optionalOptions().stream().map(ConfigOption::key).toList();
    for (String key : options.keySet()) {
      if (key.startsWith(FreshetOptions.STORAGE.key() + ".")) {
        throw new CatalogException(
            "Option " + key + " is the catalog's: it would be kept with the table");
      }
      if (!known.contains(key)) {
        throw new CatalogException("A Lance table has no option '" + key + "'");
      }
    }
    return options;
  }

  /** Takes an option away whose value is the catalog's to choose. */
  private static void requireIs(
      ConfigOption<String> option, String value, Map<String, String> options) {
    String given = Optional.ofNullable(options.remove(option.key())).orElse(value);
    if (!given.equals(value)) {
      throw new CatalogException(
          "Option "
              + option.key()
              + " of a table in this catalog is '"
              + value
              + "', not '"
              + given
              + "': leave it out");
    }
  }

  static TableDescription fromProperties(Map<String, String> properties) {
    Map<String, String> options = new HashMap<>();
    TreeMap<Integer, String> key = new TreeMap<>();
    properties.forEach(
        (name, value) -> {
          if (name.startsWith(OPTION)) {
            options.put(name.substring(OPTION.length()), value);
          } else if (name.startsWith(KEY)) {
            key.put(Integer.valueOf(name.substring(KEY.length())), value);
          }
        });
    return new TableDescription(
        options, new ArrayList<>(key.values()), Optional.ofNullable(properties.get(COMMENT)));
  }

  Map<String, String> toProperties() {
    Map<String, String> properties = new HashMap<>();
    options.forEach((key, value) -> properties.put(OPTION + key, value));
    for (int i = 0; i < primaryKey.size(); i++) {
      properties.put(KEY + i, primaryKey.get(i));
    }
    comment.ifPresent(text -> properties.put(COMMENT, text));
    return properties;
  }
}
