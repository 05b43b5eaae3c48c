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

  /** After a try that did not help, so many times as many, or as large a share, lead to another. */
  private static final int MORE = 2;

  private final int most;
  private VectorBatch kept = none();

  /** Rows among which those that are kept were. */
  private long looked;

  /** Rows that are still to come before the next try, and the share of strangers at the last. */
  private long missing;

  private double tried;

  /**
   * @param most rows that are kept: with more the older ones are forgotten
   */
  Strangers(int most) {
    this.most = most;
  }

  private static VectorBatch none() {
    return new VectorBatch(new long[0], new float[0], new BitSet(), 0);
  }

  /**
   * Adds rows.
   *
   * @param rows at most as many as are kept
   * @param among so many that were looked at
   */
  void add(VectorBatch rows, int among, int dimension) {
    missing -= rows.rows();
    if (kept.rows() + rows.rows() > most) {
      kept = none();
      looked = 0;
    }
    looked += among;
    int before = kept.rows();
    int both = before + rows.rows();
    long[] rowIds = Arrays.copyOf(kept.rowIds(), both);
    System.arraycopy(rows.rowIds(), 0, rowIds, before, rows.rows());
    float[] vectors = Arrays.copyOf(kept.vectors(), both * dimension);
    System.arraycopy(rows.vectors(), 0, vectors, before * dimension, rows.rows() * dimension);
    BitSet valid = new BitSet();
    valid.set(0, both);
    kept = new VectorBatch(rowIds, vectors, valid, both);
  }

  /** How frequent those that are kept were. */
  double share() {
    return (double) kept.rows() / Math.max(1, looked);
  }

  /**
   * Those that are kept, if a try is due.
   *
   * @param share of strangers among the rows that were looked at last
   */
  Optional<VectorBatch> forATry(double share) {
    if (kept.rows() < ModelGrowth.LEAST_VECTORS || missing > 0 && share <= MORE * tried) {
      return Optional.empty();
    }
    missing = (long) MORE * kept.rows();
    tried = share;
    return Optional.of(kept);
  }
}
