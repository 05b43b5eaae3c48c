package dev.freshet.lance.dataset;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * Single files of a dataset, which Lance's API does not reach. Paths are relative, with slashes.
 */
public interface DatasetFiles {

  /**
   * A file or a directory.
   *
   * @param path relative to the dataset
   * @param bytes 0 for a directory
   * @param modified by the store's clock; of a directory it may be the epoch
   */
  record Entry(String path, boolean directory, long bytes, Instant modified) {

    /** The last part of the path. */
    public String name() {
      return path.substring(path.lastIndexOf('/') + 1);
    }
  }

  /** What is directly in a directory; nothing if there is none. */
  List<Entry> list(String directory) throws IOException;

  /**
   * A whole small file.
   *
   * @throws java.io.FileNotFoundException if there is none
   */
  byte[] read(String path) throws IOException;

  /**
   * A whole small file that was listed; spares what was learnt then.
   *
   * @throws java.io.FileNotFoundException if it is gone
   */
  default byte[] read(Entry file) throws IOException {
    return read(file.path());
  }

  /** Writes a small file, over one that is there. */
  void write(String path, byte[] bytes) throws IOException;

  /** Removes a file; does nothing if it is gone. */
  void delete(String path) throws IOException;

  /** Removes a directory and all that is in it; does nothing if it is gone. */
  void deleteDirectory(String path) throws IOException;

  /** The store's own time. Writes a small file and removes it. */
  Instant now() throws IOException;
}
