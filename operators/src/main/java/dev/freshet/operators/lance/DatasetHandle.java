package dev.freshet.operators.lance;

import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.lance.Dataset;

/** One open version of a dataset. */
public final class DatasetHandle implements AutoCloseable {

  private final DatasetLocation location;
  private final Dataset dataset;

  DatasetHandle(DatasetLocation location, Dataset dataset) {
    this.location = Objects.requireNonNull(location, "location");
    this.dataset = Objects.requireNonNull(dataset, "dataset");
  }

  public DatasetLocation location() {
    return location;
  }

  /** The version that is open; detached versions are negative. */
  public long version() {
    return dataset.version();
  }

  /** The latest version there is: one request to the storage, without opening it. */
  public long latestVersion() {
    return dataset.latestVersion();
  }

  /**
   * The column of that name.
   *
   * @throws DatasetException if there is none, or it holds no vectors
   */
  public VectorColumn column(String name) {
    return VectorColumns.find(dataset.getLanceSchema(), name, location);
  }

  /** Rows that have a vector, whether it is finite or not. */
  public long countVectors(VectorColumn column) {
    return dataset.countRows("`" + column.name() + "` IS NOT NULL");
  }

  /** Whether row ids stay the same when a compaction moves the rows. */
  public boolean stableRowIds() {
    return dataset.hasStableRowIds();
  }

  /** Lance's own handle; it lives as long as this one. */
  Dataset dataset() {
    return dataset;
  }

  BufferAllocator allocator() {
    return dataset.allocator();
  }

  @Override
  public void close() {
    dataset.close();
  }

  @Override
  public String toString() {
    return location + " at version " + version();
  }
}
