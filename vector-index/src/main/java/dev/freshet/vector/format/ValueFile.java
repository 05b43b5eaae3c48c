package dev.freshet.vector.format;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.lance.file.LanceFileReader;

/**
 * Reads a file of a segment through Lance, whose encodings of values are many. {@link LanceFile}
 * must have opened it before: Lance aborts the process over a malformed one.
 */
final class ValueFile {

  /** Takes a batch, valid until this returns. */
  @FunctionalInterface
  interface Batches {
    void accept(VectorSchemaRoot batch) throws IOException;
  }

  private ValueFile() {}

  /**
   * Feeds some columns, or all if none is named.
   *
   * @param rows of a batch
   */
  static void read(
      IndexStorage storage,
      UUID segment,
      String name,
      List<String> columns,
      int rows,
      BufferAllocator memory,
      Batches consumer)
      throws IOException {
    try (LanceFileReader file =
            LanceFileReader.open(
                storage.location(segment, name), storage.storageOptions(), memory);
        ArrowReader batches = file.readAll(columns.isEmpty() ? null : columns, null, rows)) {
      while (batches.loadNextBatch()) {
        consumer.accept(batches.getVectorSchemaRoot());
      }
    } catch (IOException e) {
      throw e;
    } catch (Exception e) { // as the reader's close declares; it throws nothing checked
      throw new IOException(
          "Cannot read " + name + " of segment " + segment + " of " + storage.datasetUri(), e);
    }
  }
}
