package dev.freshet.job.writer;

import java.nio.file.Path;
import org.apache.arrow.memory.BufferAllocator;
import org.lance.Dataset;
import org.lance.Session;

/**
 * Opens tables by one session that is never closed: a closed one leaves the index files open that
 * were read through it, thousands in a trial.
 */
public final class LanceTable {

  private static final Session SESSION =
      Session.builder().indexCacheSizeBytes(64 << 20).metadataCacheSizeBytes(16 << 20).build();

  private LanceTable() {}

  /** The latest version. */
  public static Dataset open(Path table, BufferAllocator allocator) {
    return Dataset.open().allocator(allocator).session(SESSION).uri(table.toString()).build();
  }
}
