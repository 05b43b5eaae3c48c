package dev.freshet.sql.catalog;

import dev.freshet.operators.options.FreshetOptions;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Options of CREATE CATALOG. */
public final class CatalogOptions {

  public static final ConfigOption<String> WAREHOUSE =
      ConfigOptions.key("warehouse")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Path or URI of the directory whose sub-directories are databases; their tables are"
                  + " the Lance datasets <table>.lance in them, as LanceDB has them too.");

  public static final ConfigOption<String> DEFAULT_DATABASE =
      ConfigOptions.key("default-database")
          .stringType()
          .defaultValue("default")
          .withDescription(
              "The database in use at first; its directory comes with its first table.");

  private CatalogOptions() {}

  static Set<ConfigOption<?>> required() {
    return Set.of(WAREHOUSE);
  }

  static Set<ConfigOption<?>> optional() {
    return Set.of(DEFAULT_DATABASE, FreshetOptions.STORAGE);
  }
}
