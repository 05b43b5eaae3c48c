package dev.freshet.operators.quarantine;

import dev.freshet.operators.lance.DatasetFiles;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Files as a process sees them that may die: nothing it does afterwards has an effect. */
public final class MortalFiles implements DatasetFiles {

  private final DatasetFiles files;
  private boolean dead;

  public MortalFiles(DatasetFiles files) {
    this.files = files;
  }

  public void die() {
    dead = true;
  }

  @Override
  public List<Entry> list(String directory) throws IOException {
    return files.list(directory);
  }

  @Override
  public byte[] read(String path) throws IOException {
    return files.read(path);
  }

  @Override
  public void write(String path, byte[] bytes) throws IOException {
    if (!dead) {
      files.write(path, bytes);
    }
  }

  @Override
  public void delete(String path) throws IOException {
    if (!dead) {
      files.delete(path);
    }
  }

  @Override
  public void deleteDirectory(String path) throws IOException {
    if (!dead) {
      files.deleteDirectory(path);
    }
  }

  @Override
  public Instant now() throws IOException {
    return files.now();
  }
}
