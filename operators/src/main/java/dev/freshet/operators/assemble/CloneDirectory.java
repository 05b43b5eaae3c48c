package dev.freshet.operators.assemble;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetFiles.Entry;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.storage.OwnFiles;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.vector.format.IndexStorage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A place beside a dataset for a clone of it, in which a segment is built. Closing removes it; what
 * a process that dies leaves of it is garbage.
 */
public final class CloneDirectory implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CloneDirectory.class);

  private static final int CHUNK_BYTES = 8 << 20;

  private final String path = OwnFiles.CLONES + "/" + UUID.randomUUID();
  private final DatasetLocation clone;
  private final DatasetFiles files;

  /**
   * @param files of the dataset
   */
  public CloneDirectory(DatasetLocation dataset, DatasetFiles files) {
    this.clone = new DatasetLocation(dataset.uri() + "/" + path, dataset.storageOptions());
    this.files = files;
  }

  /** Where the clone is to be. */
  public String uri() {
    return clone.uri();
  }

  /** Copies a segment of the clone into the dataset. */
  public void copy(UUID segment, IndexStorage to) throws IOException {
    IndexStorage from = StorageAccess.indexStorage(clone, RequestCounter.NONE);
    for (Entry file : files.list(path + "/" + IndexStorage.INDICES + "/" + segment)) {
      try (OutputStream out = to.create(segment, file.name())) {
        for (long offset = 0; offset < file.bytes(); offset += CHUNK_BYTES) {
          int length = (int) Math.min(CHUNK_BYTES, file.bytes() - offset);
          out.write(from.read(segment, file.name(), offset, length));
        }
      }
    }
  }

  @Override
  public void close() {
    try {
      files.deleteDirectory(path);
    } catch (IOException e) {
      LOG.warn("Clone {} stays until garbage is collected", clone, e);
    }
  }
}
