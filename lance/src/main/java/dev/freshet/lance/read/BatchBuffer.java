package dev.freshet.lance.read;

import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.vector.quantizer.VectorBatch;
import java.util.Arrays;
import java.util.BitSet;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Gathers the small batches that Lance makes of small fragments to large ones. Holds the vectors of
 * the largest batch so far, and uses that array again. Not thread-safe.
 */
public final class BatchBuffer {

  private float[] vectors = new float[0];
  private long[] rowIds = new long[0];
  private BitSet valid = new BitSet();
  private int rows;

  /** Begins a batch: the vectors of the one before are gone, its row ids stay. */
  void clear() {
    rowIds = new long[0];
    valid = new BitSet();
    rows = 0;
  }

  /** Rows so far. */
  int rows() {
    return rows;
  }

  /**
   * Appends rows.
   *
   * @param mostRows what the batch will hold at most, if these are not more
   */
  void add(VectorSchemaRoot batch, VectorColumn column, long mostRows) {
    int more = rows + batch.getRowCount();
    if (rowIds.length < more) {
      rowIds = Arrays.copyOf(rowIds, capacity(rowIds.length, more, mostRows));
    }
    int floats = Math.multiplyExact(more, column.dimension());
    if (vectors.length < floats) {
      long most = mostRows * column.dimension();
      vectors = Arrays.copyOf(vectors, capacity(vectors.length, floats, most));
    }
    VectorDecoder.decode(batch, column, new VectorBatch(rowIds, vectors, valid, more), rows);
    rows = more;
  }

  /** What was gathered. */
  VectorBatch batch() {
    return new VectorBatch(rowIds, vectors, valid, rows);
  }

  /** Twice of what there is, within what is needed and the most. */
  private static int capacity(int now, int needed, long most) {
    return (int) Math.max(needed, Math.min(2L * now, most));
  }
}
