package dev.freshet.sql;

import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.sql.search.SearchOptions;
import dev.freshet.sql.sink.LanceTableSink;
import dev.freshet.sql.source.LanceTableSource;
import dev.freshet.sql.table.FreshetTableOptions;
import dev.freshet.sql.table.LanceTable;
import dev.freshet.sql.table.SourceOptions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;

/** Makes the sources and sinks of tables whose connector is {@value #IDENTIFIER}. */
public final class LanceTableFactory implements DynamicTableSinkFactory, DynamicTableSourceFactory {

  public static final String IDENTIFIER = "freshet";

  private final Map<String, String> storage;

  /** Of tables that give all of their options. */
  public LanceTableFactory() {
    this(Map.of());
  }

  /**
   * Of tables in a store that is known, whose options then need not be shown with each table.
   *
   * @param storage Lance's options of the object store; those of a table come first
   */
  public LanceTableFactory(Map<String, String> storage) {
    this.storage = Map.copyOf(storage);
  }

  @Override
  public String factoryIdentifier() {
    return IDENTIFIER;
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return FreshetTableOptions.required();
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    Set<ConfigOption<?>> options = new HashSet<>(FreshetTableOptions.optional());
    options.addAll(SourceOptions.all());
    options.addAll(SearchOptions.all());
    return options;
  }

  @Override
  public DynamicTableSource createDynamicTableSource(Context context) {
    return new LanceTableSource(table(context));
  }

  @Override
  public DynamicTableSink createDynamicTableSink(Context context) {
    return new LanceTableSink(table(context));
  }

  private LanceTable table(DynamicTableFactory.Context context) {
    FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
    helper.validate();
    Configuration options = Configuration.fromMap(helper.getOptions().toMap());
    Map<String, String> all = new HashMap<>(storage);
    all.putAll(options.get(FreshetOptions.STORAGE));
    options.set(FreshetOptions.STORAGE, all);
    return LanceTable.of(
        context.getObjectIdentifier(), context.getCatalogTable().getResolvedSchema(), options);
  }
}
