package dev.freshet.lance.dataset;

import dev.freshet.state.model.Coverage;
import java.io.IOException;
import java.lang.ref.SoftReference;
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

  /** Lance takes three times as long for a fragment that is asked for alone. */
  private static final int MAX_ASKED_SINGLY = 64;

  private final DatasetLocation location;
  private final Dataset dataset;
  private SoftReference<Fragments> fragments = new SoftReference<>(null);

  /** The fragments of a version. */
  private record Fragments(long version, List<Fragment> list) {}

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
    for (Fragment fragment : fragments()) {
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

  /**
   * The fragments of the version, in Lance's order. Lance takes 20 µs for each to hand them over,
   * so they are kept for as long as there is memory.
   */
  public synchronized List<Fragment> fragments() {
    Fragments known = fragments.get();
    if (known == null || known.version() != version()) {
      known = new Fragments(version(), List.copyOf(dataset.getFragments()));
      fragments = new SoftReference<>(known);
    }
    return known.list();
  }

  /** Some of them, those that are there; few are asked for one by one. */
  public List<Fragment> fragments(Coverage some) {
    return some.size() <= MAX_ASKED_SINGLY
        ? some.stream().mapToObj(this::fragment).flatMap(Optional::stream).toList()
        : fragments().stream().filter(one -> some.contains(one.getId())).toList();
  }

  /** One of them, if it is there. */
  public Optional<Fragment> fragment(int id) {
    try {
      return Optional.of(dataset.getFragment(id));
    } catch (NullPointerException e) { // so Lance says that there is none
      return Optional.empty();
    }
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
