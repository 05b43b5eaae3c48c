package dev.freshet.operators.lance;

import org.lance.Dataset;

/** Removes whole datasets. */
public final class DatasetRemoval {

  private DatasetRemoval() {}

  /**
   * Removes the dataset with its directory. Lance removes any directory it is told to, so an open
   * handle must show first that it is a dataset.
   *
   * @throws DatasetException if it cannot be removed
   */
  public static void remove(DatasetHandle handle) {
    DatasetLocation location = handle.location();
    try {
      Dataset.drop(location.uri(), location.storageOptions());
    } catch (RuntimeException e) {
      throw new DatasetException("Cannot remove " + location + ": " + LanceErrors.oneLine(e), e);
    }
  }
}
