package dev.freshet.operators.train;

import dev.freshet.vector.quantizer.VectorBatch;
import dev.freshet.vector.training.ModelGrowth;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/**
 * Rows that were strange to a model so far, as those of one small append may be too few to learn
 * from. Not thread-safe.
 */
final class Strangers {

  /** After a try that did not help, so many times as many are needed for another. */
  private static final int MORE = 2;

  private final int most;
  private VectorBatch seen = new VectorBatch(new long[0], new float[0], new BitSet(), 0);
  private int next = ModelGrowth.LEAST_VECTORS;

  /**
   * @param most rows that are kept: with more the older ones are forgotten
   */
  Strangers(int most) {
    this.most = most;
  }

  /** Adds rows. */
  void add(VectorBatch rows, int dimension) {
    if (seen.rows() + rows.rows() > most) {
      seen = new VectorBatch(new long[0], new float[0], new BitSet(), 0);
      next = ModelGrowth.LEAST_VECTORS;
    }
    int both = seen.rows() + rows.rows();
    long[] rowIds = Arrays.copyOf(seen.rowIds(), both);
    System.arraycopy(rows.rowIds(), 0, rowIds, seen.rows(), rows.rows());
    float[] vectors = Arrays.copyOf(seen.vectors(), both * dimension);
    System.arraycopy(rows.vectors(), 0, vectors, seen.rows() * dimension, rows.rows() * dimension);
    BitSet valid = new BitSet();
    valid.set(0, both);
    seen = new VectorBatch(rowIds, vectors, valid, both);
  }

  /** All of them, if they are enough for a try. */
  Optional<VectorBatch> forATry() {
    if (seen.rows() < next) {
      return Optional.empty();
    }
    next = MORE * seen.rows();
    return Optional.of(seen);
  }
}
