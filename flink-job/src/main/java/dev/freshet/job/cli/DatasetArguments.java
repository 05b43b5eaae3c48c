package dev.freshet.job.cli;

import dev.freshet.job.FileSystems;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.S3Options;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.vector.format.IndexStorage;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import picocli.CommandLine.Option;

/** Which dataset a command works on. */
final class DatasetArguments {

  @Option(
      names = "--dataset",
      required = true,
      paramLabel = "URI",
      description = "The Lance dataset: a path, file:// or s3://.")
  String uri;

  @Option(
      names = "--storage-option",
      paramLabel = "KEY=VALUE",
      description =
          "How the object store is reached: s3.endpoint, s3.region, s3.path-style-access as in"
              + " Flink's configuration, or an option of Lance; may be repeated. Leave keys to the"
              + " environment, a profile or the file in FLINK_CONF_DIR.")
  Map<String, String> storage = new LinkedHashMap<>();

  /** The dataset and its storage, as options of the stream. */
  Configuration configuration() {
    Configuration config = S3Options.copyOf(GlobalConfiguration.loadConfiguration());
    Map<String, String> lance = new LinkedHashMap<>(storage);
    lance.keySet().removeIf(key -> key.startsWith(S3Options.PREFIX));
    storage.forEach(
        (key, value) -> {
          if (!lance.containsKey(key)) {
            config.setString(key, value);
          }
        });
    config.set(FreshetOptions.DATASET, uri);
    config.set(FreshetOptions.STORAGE, lance);
    return config;
  }

  DatasetLocation location() {
    return StreamOptions.location(configuration());
  }

  IndexStorage indexStorage() {
    FileSystems.initialize(configuration());
    return StorageAccess.indexStorage(location(), RequestCounter.NONE);
  }

  DatasetFiles files() {
    FileSystems.initialize(configuration());
    return StorageAccess.datasetFiles(location(), RequestCounter.NONE);
  }
}
