package dev.freshet.vector.format;

import java.io.IOException;

/** Tells the format that new index files of a dataset are written in. */
@FunctionalInterface
public interface FormatSource {

  /** The format that every reader of a dataset knows, where nothing is known of the dataset. */
  FormatSource DEFAULT = () -> FileFormat.V2_1;

  /**
   * Tells the format; it may ask the dataset each time.
   *
   * @throws IOException if the dataset cannot be read
   */
  FileFormat format() throws IOException;
}
