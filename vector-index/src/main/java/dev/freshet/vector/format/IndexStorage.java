package dev.freshet.vector.format;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Where the index files of one dataset lie: {@code <dataset>/_indices/<uuid>/<file>}.
 *
 * <p>Implementations may be used from several threads.
 */
public interface IndexStorage {

  /** The directory of a dataset that holds its segments. */
  String INDICES = "_indices";

  /** The dataset's URI, as Lance opens it. */
  String datasetUri();

  /** Options for Lance's own access to the same place; they hold secrets: never print them. */
  Map<String, String> storageOptions();

  /**
   * The format that new files are written in.
   *
   * @throws IOException if the dataset does not tell
   */
  FileFormat format() throws IOException;

  /**
   * Size of a file in bytes.
   *
   * @throws java.io.FileNotFoundException if there is none
   */
  long length(UUID segment, String file) throws IOException;

  /**
   * Exactly {@code length} bytes from {@code offset} on.
   *
   * @throws java.io.EOFException if the file ends before
   * @throws java.io.FileNotFoundException if there is no such file
   */
  byte[] read(UUID segment, String file, long offset, int length) throws IOException;

  /**
   * A new file of the segment; it is complete once the stream is closed without an error. What was
   * begun and cannot be completed is left to {@link #delete}.
   *
   * @throws java.nio.file.FileAlreadyExistsException if it exists: a segment is written once
   */
  OutputStream create(UUID segment, String file) throws IOException;

  /** Bytes of all files of a segment; 0 if there is none. */
  long size(UUID segment) throws IOException;

  /** Every segment directory, whether a manifest names it or not. */
  List<UUID> list() throws IOException;

  /** Removes a segment's directory; does nothing if there is none. */
  void delete(UUID segment) throws IOException;

  /** URI of a file, as {@code org.lance.file.LanceFileReader} opens it. */
  String location(UUID segment, String file);
}
