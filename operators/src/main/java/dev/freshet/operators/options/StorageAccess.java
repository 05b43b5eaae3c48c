package dev.freshet.operators.options;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.dataset.LocalDatasetFiles;
import dev.freshet.lance.manifest.DatasetFormat;
import dev.freshet.operators.storage.ObjectDatasetFiles;
import dev.freshet.operators.storage.ObjectIndexStorage;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.vector.format.FormatSource;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.LocalIndexStorage;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Chooses, by a dataset's URI, how files beside Lance's own reach are accessed: a path or {@code
 * file://} on a local file system, {@code s3://} through Flink's S3 file system.
 */
public final class StorageAccess {

  private static final String S3 = "s3://";

  private StorageAccess() {}

  /**
   * The index files of a dataset; new ones take the format of its data files.
   *
   * @param requests told of the requests to an object store
   * @throws IllegalArgumentException if the dataset is in a store that is not supported
   */
  public static IndexStorage indexStorage(DatasetLocation location, RequestCounter requests) {
    FormatSource format = new DatasetFormat(datasetFiles(location, requests));
    return isS3(location)
        ? new ObjectIndexStorage(location.uri(), location.storageOptions(), format, requests)
        : new LocalIndexStorage(localUri(location), format);
  }

  /**
   * The other files of a dataset.
   *
   * @throws IllegalArgumentException if the dataset is in a store that is not supported
   */
  public static DatasetFiles datasetFiles(DatasetLocation location, RequestCounter requests) {
    return isS3(location)
        ? new ObjectDatasetFiles(location.uri(), requests)
        : new LocalDatasetFiles(localPath(location));
  }

  /**
   * Finds out whether this process may write where a dataset is, and changes nothing there. An
   * object store tells only whoever writes, so there it finds out nothing.
   *
   * @throws DatasetException if it may not
   */
  public static void requireWritable(DatasetLocation location) {
    if (isS3(location)) {
      return;
    }
    Path path = localPath(location);
    if (Files.isDirectory(path) && !Files.isWritable(path)) {
      throw new DatasetException(
          "No permission to write to " + location + ": an index lives inside the dataset");
    }
  }

  /** Whether the dataset is in an object store. */
  public static boolean isS3(DatasetLocation location) {
    return location.uri().startsWith(S3);
  }

  private static Path localPath(DatasetLocation location) {
    String uri = localUri(location);
    return uri.startsWith("file:") ? Path.of(URI.create(uri)) : Path.of(uri);
  }

  private static String localUri(DatasetLocation location) {
    if (location.uri().contains("://") && !location.uri().startsWith("file:")) {
      throw new IllegalArgumentException(
          "Dataset "
              + location
              + " is in a store that is not supported: use a path, file:// or s3://");
    }
    return location.uri();
  }
}
