package dev.freshet.operators.storage;

import dev.freshet.lance.dataset.DatasetFiles;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.apache.flink.core.fs.FileStatus;

/** Files of a dataset in an object store. */
public final class ObjectDatasetFiles implements DatasetFiles {

  private final ObjectStore store;

  /**
   * @param datasetUri a URI that one of Flink's file systems understands
   */
  public ObjectDatasetFiles(String datasetUri, RequestCounter requests) {
    this.store = new ObjectStore(datasetUri, requests);
  }

  @Override
  public List<Entry> list(String directory) throws IOException {
    return store.list(directory).stream()
        .map(status -> entry(directory, status))
        .sorted(Comparator.comparing(Entry::path))
        .toList();
  }

  private static Entry entry(String directory, FileStatus status) {
    return new Entry(
        directory + "/" + status.getPath().getName(),
        status.isDir(),
        status.isDir() ? 0 : status.getLen(),
        Instant.ofEpochMilli(status.getModificationTime()));
  }

  @Override
  public byte[] read(String path) throws IOException {
    return store.read(path, 0, Math.toIntExact(store.length(path)));
  }

  /** Asks for its size only if it is not as it was listed, or gone. */
  @Override
  public byte[] read(Entry file) throws IOException {
    try {
      return store.read(file.path(), 0, Math.toIntExact(file.bytes()));
    } catch (IOException e) {
      return read(file.path());
    }
  }

  @Override
  public void write(String path, byte[] bytes) throws IOException {
    store.write(path, bytes);
  }

  @Override
  public void delete(String path) throws IOException {
    store.delete(path, false);
  }

  @Override
  public void deleteDirectory(String path) throws IOException {
    store.delete(path, true);
  }

  @Override
  public Instant now() throws IOException {
    String probe = "_freshet/clock-" + UUID.randomUUID();
    store.write(probe, new byte[1]);
    try {
      return store.modified(probe);
    } finally {
      store.delete(probe, false);
    }
  }
}
