package dev.freshet.operators.lance;

import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.lance.Dataset;
import org.lance.ReadOptions;
import org.lance.Session;

/**
 * Opens datasets for one owner, a stage of the stream or a command.
 *
 * <p>All handles share one Arrow allocator with a limit, and one Lance session whose caches are
 * bounded: {@value #INDEX_CACHE_BYTES} bytes for indexes, {@value #METADATA_CACHE_BYTES} for
 * metadata. Handles must be closed before this is; closing fails if an Arrow buffer leaked.
 */
public final class LanceDatasets implements AutoCloseable {

  static final long INDEX_CACHE_BYTES = 256L << 20;
  static final long METADATA_CACHE_BYTES = 128L << 20;

  private final BufferAllocator allocator;
  private final Session session;

  /**
   * @param arrowBytes most bytes of Arrow buffers that all handles may hold at a time
   */
  public LanceDatasets(long arrowBytes) {
    this.allocator = new RootAllocator(arrowBytes);
    this.session =
        Session.builder()
            .indexCacheSizeBytes(INDEX_CACHE_BYTES)
            .metadataCacheSizeBytes(METADATA_CACHE_BYTES)
            .build();
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

  private DatasetHandle open(DatasetLocation location, Optional<Long> version) {
    ReadOptions.Builder options =
        new ReadOptions.Builder().setStorageOptions(location.storageOptions());
    version.ifPresent(options::setVersion);
    try {
      Dataset dataset =
          Dataset.open()
              .allocator(allocator)
              .session(session)
              .uri(location.uri())
              .readOptions(options.build())
              .build();
      return new DatasetHandle(location, dataset);
    } catch (Exception e) { // also an IOException that is not declared
      throw LanceErrors.notOpened(location, version, e);
    }
  }

  @Override
  public void close() {
    session.close();
    allocator.close();
  }
}
