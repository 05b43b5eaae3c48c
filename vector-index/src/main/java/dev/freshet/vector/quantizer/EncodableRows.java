package dev.freshet.vector.quantizer;

import dev.freshet.state.model.Metric;
import java.util.Arrays;

/**
 * Finds the rows of batches that an index has an entry for: those with a vector that is finite,
 * also when it has been normalised for cosine. Not thread-safe.
 */
public final class EncodableRows {
  private static final int CHUNK_FLOATS = 1 << 15;

  private final PreparedVectors prepared;

  public EncodableRows(int dimension, Metric metric) {
    this.prepared = new PreparedVectors(Math.max(1, CHUNK_FLOATS / dimension), dimension, metric);
  }

  /** Row ids of the batch's rows that can be encoded, in their order. */
  public long[] of(VectorBatch batch) {
    long[] rowIds = new long[batch.rows()];
    int kept = 0;
    for (int from = 0; from < batch.rows(); ) {
      from = prepared.load(batch, from);
      prepared.copyRowIds(rowIds, kept);
      kept += prepared.rows();
    }
    return kept == rowIds.length ? rowIds : Arrays.copyOf(rowIds, kept);
  }
}
