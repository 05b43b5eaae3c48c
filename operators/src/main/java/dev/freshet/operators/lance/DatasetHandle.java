package dev.freshet.operators.lance;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.lance.Dataset;
import org.lance.ipc.ScanOptions;

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

  /** The columns, as Arrow describes them. */
  public Schema schema() {
    return dataset.getSchema();
  }

  /**
   * Whether so many rows have a vector, finite or not. Reads no more vectors than it takes to tell.
   */
  public boolean hasVectors(VectorColumn column, long least) throws IOException {
    ScanOptions options =
        new ScanOptions.Builder()
            .columns(List.of())
            .withRowId(true)
            .filter("`" + column.name() + "` IS NOT NULL")
            .limit(least)
            .build();
    long found = 0;
    try (BatchScan scan = new BatchScan(this, options)) {
      while (found < least && scan.next()) {
        found += scan.batch().getRowCount();
      }
    }
    return found >= least;
  }

  /** Live rows, from the manifest alone. */
  public long countRows() {
    return dataset.countRows();
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
