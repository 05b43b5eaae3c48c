package dev.freshet.lance.dataset;

import java.util.List;
import java.util.Optional;
import org.lance.Dataset;
import org.lance.FragmentMetadata;
import org.lance.ReadOptions;
import org.lance.Session;

/**
 * Opens one version in a session that nothing else is read in. So its metadata can be cached with
 * stable row ids, too, which {@link SharedSession} cannot; without, Lance 7.0.0 reads the row ids
 * and the deletions of all fragments again for each search, 40 µs a fragment.
 *
 * <p>The session holds {@value #METADATA_CACHE_BYTES} bytes of metadata, and as many of indexes as
 * a shared one, and is closed with the version. As Lance leaves the index files open that are still
 * cached then, this is for who reads much of a large table, once in the life of a process.
 */
public final class LoneVersion {

  static final long METADATA_CACHE_BYTES = 64L << 20;

  private LoneVersion() {}

  /**
   * The version of a handle; it is independent of it, but not of its owner.
   *
   * @throws DatasetException if the version is gone
   */
  public static DatasetHandle of(DatasetHandle handle) {
    DatasetLocation location = handle.location();
    List<FragmentMetadata> fragments = handle.fragments();
    ReadOptions options =
        new ReadOptions.Builder()
            .setStorageOptions(location.storageOptions())
            .setVersion(handle.version())
            .build();
    Session session =
        Session.builder()
            .indexCacheSizeBytes(SharedSession.INDEX_CACHE_BYTES)
            .metadataCacheSizeBytes(METADATA_CACHE_BYTES)
            .build();
    try {
      Dataset dataset =
          Dataset.open()
              .allocator(handle.allocator())
              .session(session)
              .uri(location.uri())
              .readOptions(options)
              .build();
      return new DatasetHandle(
          location, dataset, () -> fragments, new KnownIndexes(), session::close);
    } catch (Exception e) { // also an IOException that is not declared
      session.close();
      throw LanceErrors.notOpened(location, Optional.of(handle.version()), e);
    }
  }
}
