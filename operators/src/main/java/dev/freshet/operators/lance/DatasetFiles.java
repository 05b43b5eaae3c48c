package dev.freshet.operators.lance;

import java.io.IOException;

/** Removes single files of a dataset, which Lance's API cannot. */
public interface DatasetFiles {

  /**
   * Removes a file; does nothing if it is gone.
   *
   * @param path relative to the dataset, with slashes
   */
  void delete(String path) throws IOException;
}
