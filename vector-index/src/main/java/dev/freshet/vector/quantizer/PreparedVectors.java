package dev.freshet.vector.quantizer;

import dev.freshet.state.model.Metric;
import java.util.Arrays;

/** A chunk of a batch without its null and non-finite rows, normalised for cosine. */
final class PreparedVectors {
  private final int dimension;
  private final boolean normalize;
  private final float[] vectors;
  private final long[] rowIds;

  /** Zeros, and NaN where a value of that dimension is not finite. */
  private final float[] zeros;

  private int rows;
  private int skippedNull;
  private int skippedNonFinite;

  PreparedVectors(int capacity, int dimension, Metric metric) {
    this.dimension = dimension;
    this.normalize = metric == Metric.COSINE;
    this.vectors = new float[Math.multiplyExact(capacity, dimension)];
    this.rowIds = new long[capacity];
    this.zeros = new float[dimension];
  }

  /** Takes the rows of a batch from one on, up to the capacity; returns the row to go on with. */
  int load(VectorBatch batch, int fromRow) {
    int toRow = Math.min(batch.rows(), fromRow + rowIds.length);
    rows = 0;
    skippedNull = 0;
    skippedNonFinite = 0;
    for (int row = fromRow; row < toRow; row++) {
      if (batch.valid().get(row)) {
        System.arraycopy(batch.vectors(), row * dimension, vectors, rows * dimension, dimension);
        rowIds[rows++] = batch.rowIds()[row];
      } else {
        skippedNull++;
      }
    }
    if (normalize) {
      VectorPreparation.normalize(vectors, 0, rows, dimension);
    }
    if (!allFinite()) {
      dropNonFinite();
    }
    return toRow;
  }

  /** Looks at all rows at once, in a loop that the compiler vectorises. */
  private boolean allFinite() {
    Arrays.fill(zeros, 0f);
    for (int row = 0; row < rows; row++) {
      addZeroTimes(vectors, row * dimension, zeros);
    }
    return VectorPreparation.isFinite(zeros, 0, dimension);
  }

  private static void addZeroTimes(float[] values, int from, float[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += values[from + i] * 0f;
    }
  }

  private void dropNonFinite() {
    int kept = 0;
    for (int row = 0; row < rows; row++) {
      if (!VectorPreparation.isFinite(vectors, row * dimension, dimension)) {
        skippedNonFinite++;
        continue;
      }
      if (kept < row) {
        System.arraycopy(vectors, row * dimension, vectors, kept * dimension, dimension);
        rowIds[kept] = rowIds[row];
      }
      kept++;
    }
    rows = kept;
  }

  /** Shape [rows()][dimension], and room behind. */
  float[] vectors() {
    return vectors;
  }

  void copyRowIds(long[] target, int at) {
    System.arraycopy(rowIds, 0, target, at, rows);
  }

  int rows() {
    return rows;
  }

  int skippedNull() {
    return skippedNull;
  }

  int skippedNonFinite() {
    return skippedNonFinite;
  }
}
