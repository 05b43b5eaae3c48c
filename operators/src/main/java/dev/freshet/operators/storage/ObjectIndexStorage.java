package dev.freshet.operators.storage;

import dev.freshet.vector.format.FileFormat;
import dev.freshet.vector.format.FormatSource;
import dev.freshet.vector.format.IndexStorage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.flink.core.fs.FileStatus;

/**
 * Index files of a dataset in an object store. Memory: what {@link ObjectTails} says.
 *
 * <p>That a segment is written once rests on its fresh uuid; that its files do not exist is looked
 * at before each is written, not guaranteed by the store.
 */
public final class ObjectIndexStorage implements IndexStorage {

  private final String datasetUri;
  private final Map<String, String> storageOptions;
  private final FormatSource format;
  private final ObjectStore store;
  private final ObjectTails tails;

  /**
   * @param datasetUri a URI that both Lance and one of Flink's file systems understand
   * @param storageOptions Lance's; secrets
   * @param format asked for each new segment
   */
  public ObjectIndexStorage(
      String datasetUri,
      Map<String, String> storageOptions,
      FormatSource format,
      RequestCounter requests) {
    this.datasetUri = datasetUri;
    this.storageOptions = Map.copyOf(storageOptions);
    this.format = format;
    this.store = new ObjectStore(datasetUri, requests);
    this.tails = new ObjectTails(store);
  }

  @Override
  public String datasetUri() {
    return datasetUri;
  }

  @Override
  public Map<String, String> storageOptions() {
    return storageOptions;
  }

  @Override
  public FileFormat format() throws IOException {
    return format.format();
  }

  @Override
  public long length(UUID segment, String file) throws IOException {
    return tails.length(key(segment, file));
  }

  @Override
  public byte[] read(UUID segment, String file, long offset, int length) throws IOException {
    return tails.read(key(segment, file), offset, length);
  }

  @Override
  public OutputStream create(UUID segment, String file) throws IOException {
    return store.create(key(segment, file));
  }

  @Override
  public long size(UUID segment) throws IOException {
    return store.list(key(segment)).stream().mapToLong(FileStatus::getLen).sum();
  }

  @Override
  public List<UUID> list() throws IOException {
    return store.list(INDICES).stream()
        .filter(FileStatus::isDir)
        .flatMap(entry -> uuid(entry).stream())
        .sorted()
        .toList();
  }

  @Override
  public void delete(UUID segment) throws IOException {
    tails.forget(key(segment));
    store.delete(key(segment), true);
  }

  @Override
  public String location(UUID segment, String file) {
    return store.location(key(segment, file));
  }

  @Override
  public String toString() {
    return datasetUri;
  }

  private static String key(UUID segment) {
    return INDICES + "/" + segment;
  }

  private static String key(UUID segment, String file) {
    return key(segment) + "/" + file;
  }

  private static Optional<UUID> uuid(FileStatus entry) {
    try {
      return Optional.of(UUID.fromString(entry.getPath().getName()));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // not a segment
    }
  }
}
