package dev.freshet.lance.dataset;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.lance.Dataset;
import org.lance.Fragment;
import org.lance.ipc.ScanOptions;

/** One open version of a dataset. */
public final class DatasetHandle implements AutoCloseable {

  private final DatasetLocation location;
  private final Dataset dataset;

  public DatasetHandle(DatasetLocation location, Dataset dataset) {
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
   * Whether so many rows have a vector, finite or not. Reads no more vectors than it takes to tell;
   * fragments that cannot be read have none.
   *
   * @throws IOException if no fragment can be read
   */
  public boolean hasVectors(VectorColumn column, long least) throws IOException {
    long found = 0;
    Optional<IOException> failure = Optional.empty();
    for (Fragment fragment : dataset.getFragments()) {
      if (found >= least) {
        return true;
      }
      try {
        found += countVectors(column, fragment.getId(), least - found);
      } catch (IOException e) {
        failure = Optional.of(e);
      }
    }
    if (found == 0 && failure.isPresent()) {
      throw failure.get();
    }
    return found >= least;
  }

  private long countVectors(VectorColumn column, int fragment, long most) throws IOException {
    ScanOptions options =
        new ScanOptions.Builder()
            .fragmentIds(List.of(fragment))
            .columns(List.of())
            .withRowId(true)
            .filter("`" + column.name() + "` IS NOT NULL")
            .limit(most)
            .build();
    long found = 0;
    try (BatchScan scan = new BatchScan(this, options)) {
      while (found < most && scan.next()) {
        found += scan.batch().getRowCount();
      }
    }
    return found;
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
  public Dataset dataset() {
    return dataset;
  }

  public BufferAllocator allocator() {
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
