package dev.freshet.operators.lance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of a dataset on a file system. */
public final class LocalDatasetFiles implements DatasetFiles {

  private final Path dataset;

  public LocalDatasetFiles(Path dataset) {
    this.dataset = dataset;
  }

  @Override
  public void delete(String path) throws IOException {
    Files.deleteIfExists(dataset.resolve(path));
  }
}
