package dev.freshet.job.report;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.vector.format.IndexStorage;
import java.io.IOException;
import java.util.UUID;

/**
 * Bytes of index files ever written for each byte of the index, by what lies in storage: true as
 * long as nothing was cleaned up.
 */
public final class WriteAmplification {

  private WriteAmplification() {}

  /** At least 1; shards, models, replaced segments and orphans count as written. */
  public static double of(IndexStorage storage, LogicalIndex index) throws IOException {
    long written = 0;
    for (UUID segment : storage.list()) {
      written += storage.size(segment);
    }
    long live = 0;
    for (CommittedSegment segment : index.segments()) {
      live += storage.size(segment.uuid());
    }
    return live == 0 ? 1 : (double) written / live;
  }
}
