package dev.freshet.lance;

import dev.freshet.lance.dataset.DatasetFiles;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Files of a dataset that count how often each was read. */
public final class CountingFiles implements DatasetFiles {

  private final DatasetFiles files;
  private final Map<String, Integer> reads = new TreeMap<>();

  public CountingFiles(DatasetFiles files) {
    this.files = files;
  }

  /** How often each file was read, by path. */
  public synchronized Map<String, Integer> reads() {
    return new TreeMap<>(reads);
  }

  @Override
  public List<Entry> list(String directory) throws IOException {
    return files.list(directory);
  }

  @Override
  public byte[] read(String path) throws IOException {
    synchronized (this) {
      reads.merge(path, 1, Integer::sum);
    }
    return files.read(path);
  }

  @Override
  public void write(String path, byte[] bytes) throws IOException {
    files.write(path, bytes);
  }

  @Override
  public void delete(String path) throws IOException {
    files.delete(path);
  }

  @Override
  public void deleteDirectory(String path) throws IOException {
    files.deleteDirectory(path);
  }

  @Override
  public Instant now() throws IOException {
    return files.now();
  }
}
