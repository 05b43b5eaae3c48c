package dev.freshet.job.cli;

import dev.freshet.operators.lance.DatasetLocation;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.vector.format.IndexStorage;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Which dataset a command works on. */
final class DatasetArguments {

  @Option(
      names = "--dataset",
      required = true,
      paramLabel = "URI",
      description = "The Lance dataset: a path or a file:// URI.")
  String uri;

  @Option(
      names = "--storage-option",
      paramLabel = "KEY=VALUE",
      description = "Lance's options of the object store; may be repeated.")
  Map<String, String> storage = new LinkedHashMap<>();

  DatasetLocation location() {
    return new DatasetLocation(uri, storage);
  }

  IndexStorage indexStorage() {
    return StorageAccess.indexStorage(location());
  }
}
