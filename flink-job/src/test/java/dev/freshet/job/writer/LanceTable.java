package dev.freshet.job.writer;

import java.nio.file.Path;
import org.apache.arrow.memory.BufferAllocator;
import org.lance.Dataset;
import org.lance.Session;

/**
 * Opens tables by one session without cached metadata, which keeps the index files open that were
 * read, thousands in a trial, and tells wrongly of another table at the same place.
 */
public final class LanceTable {

  private static final Session SESSION =
      Session.builder().indexCacheSizeBytes(64 << 20).metadataCacheSizeBytes(0).build();

  private LanceTable() {}

  /** The latest version. */
  public static Dataset open(Path table, BufferAllocator allocator) {
    return Dataset.open().allocator(allocator).session(SESSION).uri(table.toString()).build();
  }
}
