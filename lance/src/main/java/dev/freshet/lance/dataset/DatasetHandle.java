package dev.freshet.lance.dataset;

import dev.freshet.state.model.Coverage;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.lance.Dataset;
import org.lance.FragmentMetadata;
import org.lance.index.Index;
import org.lance.ipc.ScanOptions;

/** One open version of a dataset. */
public final class DatasetHandle implements AutoCloseable {

  /** Lance takes three times as long for a fragment that is asked for alone. */
  private static final int MAX_ASKED_SINGLY = 64;

  private final DatasetLocation location;
  private final Dataset dataset;
  private final Supplier<List<FragmentMetadata>> fragments;
  private final KnownIndexes indexes;
  private final Runnable afterwards;

  /**
   * @param afterwards comes after the version is closed
   */
  DatasetHandle(
      DatasetLocation location,
      Dataset dataset,
      Supplier<List<FragmentMetadata>> fragments,
      KnownIndexes indexes,
      Runnable afterwards) {
    this.location = Objects.requireNonNull(location, "location");
    this.dataset = Objects.requireNonNull(dataset, "dataset");
    this.fragments = fragments;
    this.indexes = indexes;
    this.afterwards = afterwards;
  }

  private DatasetHandle(
      DatasetLocation location, Dataset dataset, KnownFragments fragments, KnownIndexes indexes) {
    this(location, dataset, () -> fragments.of(dataset), indexes, () -> {});
  }

  DatasetHandle(DatasetLocation location, Dataset dataset, SharedSession session) {
    this(location, dataset, session.fragments(), session.indexes());
  }

  public DatasetHandle(DatasetLocation location, Dataset dataset) {
    this(location, dataset, new KnownFragments(location), new KnownIndexes());
  }

  /** A detached version with the same fragments as this one; it must be closed before this. */
  public DatasetHandle beside(Dataset detached) {
    return new DatasetHandle(location, detached, fragments, new KnownIndexes(), () -> {});
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

  /**
   * Id of the field of a column of any type.
   *
   * @throws DatasetException if there is none of that name
   */
  public int field(String column) {
    return VectorColumns.field(dataset.getLanceSchema(), column, location).getId();
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
    for (FragmentMetadata fragment : fragments()) {
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

  /** The fragments of the version, in Lance's order; asked for once for all users of it. */
  public List<FragmentMetadata> fragments() {
    return fragments.get();
  }

  /** The indexes of the version, each segment an entry; asked for once for all users of it. */
  public List<Index> indexes() {
    return indexes.of(dataset);
  }

  /** The fragments of some that are there, by their ids; few are asked for one by one. */
  public List<FragmentMetadata> fragments(Coverage some) {
    return some.size() <= MAX_ASKED_SINGLY
        ? some.stream().mapToObj(this::fragment).flatMap(Optional::stream).toList()
        : fragments().stream()
            .filter(one -> some.contains(one.getId()))
            .sorted(Comparator.comparingInt(FragmentMetadata::getId))
            .toList();
  }

  /** A fragment, if it is there. */
  public Optional<FragmentMetadata> fragment(int id) {
    try {
      return Optional.of(dataset.getFragment(id).metadata());
    } catch (NullPointerException e) { // so Lance says that there is none
      if (fragments().stream().anyMatch(one -> one.getId() == id)) {
        throw e;
      }
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
    afterwards.run();
  }

  @Override
  public String toString() {
    return location + " at version " + version();
  }
}
