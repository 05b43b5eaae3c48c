package dev.freshet.operators.quarantine;

import dev.freshet.lance.dataset.DatasetFiles;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * Files as a process sees them that may die, so that nothing it does afterwards has an effect, or
 * that storage refuses to let change anything.
 */
public final class MortalFiles implements DatasetFiles {

  private final DatasetFiles files;
  private boolean dead;
  private boolean refusing;

  public MortalFiles(DatasetFiles files) {
    this.files = files;
  }

  public void die() {
    dead = true;
  }

  /** From now on each change fails. */
  public void refuse() {
    refusing = true;
  }

  private boolean takesEffect() throws IOException {
    if (refusing) {
      throw new IOException("Storage refuses");
    }
    return !dead;
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
    if (takesEffect()) {
      files.write(path, bytes);
    }
  }

  @Override
  public void delete(String path) throws IOException {
    if (takesEffect()) {
      files.delete(path);
    }
  }

  @Override
  public void deleteDirectory(String path) throws IOException {
    if (takesEffect()) {
      files.deleteDirectory(path);
    }
  }

  @Override
  public Instant now() throws IOException {
    return files.now();
  }
}
