package dev.freshet.sql.catalog;

import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.sql.LanceTableFactory;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.catalog.Catalog;
import org.apache.flink.table.factories.CatalogFactory;
import org.apache.flink.table.factories.FactoryUtil;

/** Makes catalogs of type {@value LanceTableFactory#IDENTIFIER}. */
public final class LanceCatalogFactory implements CatalogFactory {

  @Override
  public String factoryIdentifier() {
    return LanceTableFactory.IDENTIFIER;
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return CatalogOptions.required();
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return CatalogOptions.optional();
  }

  @Override
  public Catalog createCatalog(Context context) {
    FactoryUtil.CatalogFactoryHelper helper = FactoryUtil.createCatalogFactoryHelper(this, context);
    helper.validate();
    ReadableConfig options = helper.getOptions();
    return new LanceCatalog(
        context.getName(),
        options.get(CatalogOptions.DEFAULT_DATABASE),
        new Warehouse(options.get(CatalogOptions.WAREHOUSE), options.get(FreshetOptions.STORAGE)));
  }
}
