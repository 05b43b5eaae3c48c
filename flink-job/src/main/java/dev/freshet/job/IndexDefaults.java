package dev.freshet.job;

import dev.freshet.job.report.IndexDescription;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.IndexCatalog;
import dev.freshet.lance.manifest.IndexSummary;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.util.Optional;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/**
 * Takes the column, type and metric that were not asked for from the index of that name, if there
 * is one: an index that exists needs no more than its name.
 */
public final class IndexDefaults {

  private final Configuration config;

  private IndexDefaults(Configuration config) {
    this.config = config;
  }

  /**
   * Completes the options of a stream.
   *
   * @throws DatasetException in one line, if no column is given and there is no such index
   */
  public static void complete(Configuration config) throws IOException {
    new IndexDefaults(config).complete();
  }

  private void complete() throws IOException {
    Optional<String> column = config.getOptional(FreshetOptions.COLUMN);
    Optional<String> named = config.getOptional(FreshetOptions.INDEX_NAME);
    if (column.isEmpty() && named.isEmpty()) {
      throw new IllegalArgumentException(
          "Give a column, or the name of an index that exists, to be kept fresh");
    }
    String name = named.orElseGet(() -> StreamOptions.indexName(column.orElseThrow()));
    try (DatasetVersions versions =
            new DatasetVersions(StreamOptions.location(config), ArrowBudget.MANIFEST);
        DatasetHandle dataset = versions.latest()) {
      Optional<IndexSummary> index = IndexCatalog.find(dataset, name);
      if (index.isPresent()) {
        take(dataset, index.get());
      } else if (column.isEmpty()) {
        throw new DatasetException(
            "No index '"
                + name
                + "' in "
                + dataset.location()
                + ", which has "
                + IndexCatalog.list(dataset).stream().map(IndexSummary::name).toList()
                + ": give a column, too, to have it made");
      }
    }
  }

  private void take(DatasetHandle dataset, IndexSummary index) throws IOException {
    if (!index.column().equals(config.getOptional(FreshetOptions.COLUMN).orElse(index.column()))) {
      return; // another one than was asked for, as the checks of the start will say
    }
    setDefault(FreshetOptions.COLUMN, index.column());
    if (index.scalarType().isPresent()) {
      setDefault(FreshetOptions.INDEX_TYPE, index.scalarType().get().name());
    } else if (index.metric().isPresent()) {
      IndexDescription.find(
              dataset,
              index.name(),
              StorageAccess.indexStorage(dataset.location(), RequestCounter.NONE))
          .ifPresent(description -> take(description.model()));
    } else {
      throw new DatasetException(
          "Index '"
              + index.name()
              + "' of "
              + dataset.location()
              + " is a "
              + index.type()
              + ", which Freshet does not keep fresh");
    }
  }

  private void take(IvfModel model) {
    setDefault(FreshetOptions.INDEX_TYPE, model.type().name());
    setDefault(FreshetOptions.INDEX_METRIC, model.metric().lanceName());
  }

  private void setDefault(ConfigOption<String> option, String value) {
    if (config.getOptional(option).isEmpty()) {
      config.set(option, value);
    }
  }
}
