package dev.freshet.lance.dataset;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.lance.Dataset;
import org.lance.ReadOptions;
import org.lance.WriteDatasetBuilder;
import org.lance.WriteParams;

/**
 * Opens datasets for one owner, a stage of the stream or a command.
 *
 * <p>All handles share one Arrow allocator with a limit, and those of one dataset share a Lance
 * session with all others in the process ({@link SharedSession}). Handles must be closed before
 * this is; closing fails if an Arrow buffer leaked. Thread-safe.
 */
public final class LanceDatasets implements AutoCloseable {

  /** The first file format that can hold maps; newer than Lance's default. */
  private static final String WITH_MAPS = "2.2";

  private final BufferAllocator allocator;
  private final Map<DatasetLocation, SharedSession> sessions = new ConcurrentHashMap<>();

  /**
   * @param arrowBytes most bytes of Arrow buffers that all handles may hold at a time
   */
  public LanceDatasets(long arrowBytes) {
    this.allocator = new RootAllocator(arrowBytes);
  }

  /**
   * The latest version.
   *
   * @throws DatasetException if there is no dataset
   */
  public DatasetHandle open(DatasetLocation location) {
    return open(location, Optional.empty());
  }

  /**
   * One version, pinned.
   *
   * @throws DatasetException if there is no dataset, or the version is gone
   */
  public DatasetHandle open(DatasetLocation location, long version) {
    return open(location, Optional.of(version));
  }

  /**
   * The latest version, of a new and empty dataset if there is none.
   *
   * <p>To be called by one at a time: a creation that comes a moment late overwrites what another
   * created in that moment, as Lance rebases it like any other overwrite.
   *
   * @param schema the columns of a new dataset
   * @throws DatasetException if it can neither be opened nor created
   */
  public DatasetHandle openOrCreate(DatasetLocation location, Schema schema) {
    try {
      return open(location);
    } catch (MissingDatasetException e) {
      return create(location, schema);
    }
  }

  private DatasetHandle create(DatasetLocation location, Schema schema) {
    WriteDatasetBuilder empty =
        Dataset.write()
            .allocator(allocator)
            .uri(location.uri())
            .storageOptions(location.storageOptions())
            .schema(schema)
            .mode(WriteParams.WriteMode.CREATE);
    if (hasMaps(schema.getFields())) {
      empty.dataStorageVersion(WITH_MAPS);
    }
    try {
      empty.execute().close();
    } catch (RuntimeException e) {
      if (!LanceErrors.isAlreadyThere(e)) {
        throw new DatasetException(
            "Cannot create a Lance dataset at " + location + ": " + LanceErrors.oneLine(e), e);
      }
    }
    return open(location);
  }

  private static boolean hasMaps(List<Field> fields) {
    return fields.stream()
        .anyMatch(
            field -> field.getType() instanceof ArrowType.Map || hasMaps(field.getChildren()));
  }

  private DatasetHandle open(DatasetLocation location, Optional<Long> version) {
    ReadOptions.Builder options =
        new ReadOptions.Builder().setStorageOptions(location.storageOptions());
    version.ifPresent(options::setVersion);
    try {
      SharedSession session =
          sessions.computeIfAbsent(location, any -> SharedSession.acquire(any, false));
      Dataset dataset = open(location, options.build(), session);
      if (!session.serves(dataset.hasStableRowIds())) {
        dataset.close();
        session = replace(location, session);
        dataset = open(location, options.build(), session);
      }
      return new DatasetHandle(location, dataset, session);
    } catch (Exception e) { // also an IOException that is not declared
      throw LanceErrors.notOpened(location, version, e);
    }
  }

  private Dataset open(DatasetLocation location, ReadOptions options, SharedSession session) {
    return Dataset.open()
        .allocator(allocator)
        .session(session.session())
        .uri(location.uri())
        .readOptions(options)
        .build();
  }

  /** The session for stable row ids, in the place of one that is not for them. */
  private SharedSession replace(DatasetLocation location, SharedSession unfit) {
    return sessions.compute(
        location,
        (any, now) -> {
          if (now != unfit) { // another thread was faster
            return now;
          }
          unfit.release();
          return SharedSession.acquire(location, true);
        });
  }

  /**
   * Removes a dataset with all of its versions.
   *
   * @throws MissingDatasetException if there is none; what is there instead is not touched
   */
  public void drop(DatasetLocation location) {
    open(location).close(); // Lance removes any directory
    try {
      Dataset.drop(location.uri(), location.storageOptions());
      SharedSession.forget(location);
      Optional.ofNullable(sessions.remove(location)).ifPresent(SharedSession::release);
    } catch (RuntimeException e) {
      throw new DatasetException(
          "Cannot remove the Lance dataset at " + location + ": " + LanceErrors.oneLine(e), e);
    }
  }

  /**
   * A detached version of the same dataset: only opening finds one, not checking out.
   *
   * @throws MissingDatasetException if it is gone
   */
  static DatasetHandle openBeside(DatasetHandle handle, long detached) {
    DatasetLocation location = handle.location();
    ReadOptions options =
        new ReadOptions.Builder()
            .setStorageOptions(location.storageOptions())
            .setVersion(detached)
            .build();
    try {
      Dataset dataset =
          Dataset.open()
              .allocator(handle.allocator())
              .session(handle.dataset().session()) // the shared one, so it is not closed here
              .uri(location.uri())
              .readOptions(options)
              .build();
      return new DatasetHandle(location, dataset);
    } catch (Exception e) { // also an IOException that is not declared
      throw LanceErrors.notOpened(location, Optional.of(detached), e);
    }
  }

  @Override
  public void close() {
    sessions.values().forEach(SharedSession::release);
    sessions.clear();
    allocator.close();
  }
}
