package dev.freshet.vector.quantizer;

import java.util.BitSet;

/**
 * Scanned rows that wait to be encoded.
 *
 * @param rowIds Lance row ids, at least {@code rows}
 * @param vectors shape [rows][dimension] at least; what stands at a null row is not read
 * @param valid a bit for each row whose vector is not null
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk data, never compared
public record VectorBatch(long[] rowIds, float[] vectors, BitSet valid, int rows) {

  public VectorBatch {
    if (rows < 0 || rowIds.length < rows) {
      throw new IllegalArgumentException(rows + " rows but " + rowIds.length + " row ids");
    }
  }
}
