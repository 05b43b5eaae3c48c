package dev.freshet.operators.options;

import dev.freshet.operators.lance.DatasetException;
import dev.freshet.operators.lance.DatasetFiles;
import dev.freshet.operators.lance.DatasetLocation;
import dev.freshet.operators.lance.LocalDatasetFiles;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.LocalIndexStorage;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** Chooses, by a dataset's URI, how files beside Lance's own reach are accessed. */
public final class StorageAccess {

  private StorageAccess() {}

  /**
   * The index files of a dataset.
   *
   * @throws IllegalArgumentException if the dataset is not on a local file system
   */
  public static IndexStorage indexStorage(DatasetLocation location) {
    requireLocal(location);
    return new LocalIndexStorage(location.uri());
  }

  /**
   * The other files of a dataset.
   *
   * @throws IllegalArgumentException if the dataset is not on a local file system
   */
  public static DatasetFiles datasetFiles(DatasetLocation location) {
    return new LocalDatasetFiles(localPath(location));
  }

  /**
   * Finds out whether this process may write where a dataset is, and changes nothing there.
   *
   * @throws DatasetException if it may not
   */
  public static void requireWritable(DatasetLocation location) {
    Path path = localPath(location);
    if (Files.isDirectory(path) && !Files.isWritable(path)) {
      throw new DatasetException(
          "No permission to write to " + location + ": an index lives inside the dataset");
    }
  }

  private static Path localPath(DatasetLocation location) {
    requireLocal(location);
    String uri = location.uri();
    return uri.startsWith("file:") ? Path.of(URI.create(uri)) : Path.of(uri);
  }

  private static void requireLocal(DatasetLocation location) {
    if (location.uri().contains("://") && !location.uri().startsWith("file:")) {
      throw new IllegalArgumentException(
          "Dataset " + location + " is not on a local file system: use a path or a file:// URI");
    }
  }
}
