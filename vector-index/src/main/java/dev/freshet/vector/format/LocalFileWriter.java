package dev.freshet.vector.format;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.lance.file.LanceFileWriter;

/**
 * Writes a local Lance file of one schema, out of one batch that is filled again and again.
 *
 * <p>Lance gathers about 8 MiB of each column, off heap, before it writes a page.
 */
final class LocalFileWriter implements Closeable {
  private final Path path;
  private final VectorSchemaRoot batch;
  private final LanceFileWriter writer;
  private boolean closed;

  LocalFileWriter(Path path, Schema schema, BufferAllocator allocator) throws IOException {
    this.path = path;
    this.batch = VectorSchemaRoot.create(schema, allocator);
    LanceFileWriter opened;
    try {
      batch.allocateNew();
      opened = LanceFileWriter.open(path.toString(), allocator, null);
    } catch (IOException | RuntimeException e) {
      batch.close();
      throw e;
    }
    this.writer = opened;
    try {
      write(0); // Lance takes the schema from the first batch, and cannot close a file without
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  static Schema schema(Field... columns) {
    return new Schema(List.of(columns));
  }

  static Field column(String name, FieldType type, Field... children) {
    return new Field(name, type, List.of(children));
  }

  /** The batch to fill; it stays the same. */
  VectorSchemaRoot batch() {
    return batch;
  }

  /** Writes the first rows of the batch. */
  void write(int rows) throws IOException {
    batch.setRowCount(rows);
    writer.write(batch);
  }

  void addMetadata(Map<String, String> metadata) throws IOException {
    writer.addSchemaMetadata(metadata);
  }

  /** Writes the file's tail. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      writer.close();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) { // what Lance declares
      throw new IOException("Lance failed to close " + path + ": " + e.getMessage(), e);
    } finally {
      batch.close();
    }
  }
}
