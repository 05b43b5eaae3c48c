package dev.freshet.operators.storage;

import dev.freshet.operators.lance.DatasetFiles;
import java.io.IOException;

/** Files of a dataset in an object store. */
public final class ObjectDatasetFiles implements DatasetFiles {

  private final ObjectStore store;

  /**
   * @param datasetUri a URI that one of Flink's file systems understands
   */
  public ObjectDatasetFiles(String datasetUri, RequestCounter requests) {
    this.store = new ObjectStore(datasetUri, requests);
  }

  @Override
  public void delete(String path) throws IOException {
    store.delete(path, false);
  }
}
