package dev.freshet.job.report;

import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.VectorBatch;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the nearest rows of many queries by brute force, in one pass over the vectors. Rows whose
 * distance is not a number are left out.
 */
final class NearestRows {

  /** Rows whose distances to one query are computed together, in a loop that is vectorised. */
  private static final int BLOCK = 1024;

  private final List<float[]> queries;
  private final int dimension;
  private final Metric metric;
  private final int k;

  /** Of each query, ascending by distance. */
  private final float[][] distances;

  private final long[][] rowIds;
  private final float[] columns;
  private final float[] products = new float[BLOCK];
  private final float[] squares = new float[BLOCK];

  NearestRows(List<float[]> queries, int dimension, Metric metric, int k) {
    this.queries = queries;
    this.dimension = dimension;
    this.metric = metric;
    this.k = k;
    this.distances = new float[queries.size()][k];
    this.rowIds = new long[queries.size()][k];
    this.columns = new float[BLOCK * dimension];
    for (float[] ofQuery : distances) {
      Arrays.fill(ofQuery, Float.POSITIVE_INFINITY);
    }
  }

  void add(VectorBatch batch) {
    for (int from = 0; from < batch.rows(); from += BLOCK) {
      int rows = Math.min(BLOCK, batch.rows() - from);
      transpose(batch, from, rows);
      for (int query = 0; query < queries.size(); query++) {
        compare(query, batch, from, rows);
      }
    }
  }

  /** Ids of the nearest rows of a query. */
  Set<Long> of(int query) {
    Set<Long> nearest = new HashSet<>();
    for (int i = 0; i < k && distances[query][i] < Float.POSITIVE_INFINITY; i++) {
      nearest.add(rowIds[query][i]);
    }
    return nearest;
  }

  private void transpose(VectorBatch batch, int from, int rows) {
    Arrays.fill(squares, 0f);
    for (int row = 0; row < rows; row++) {
      int at = (from + row) * dimension;
      float sum = 0;
      for (int d = 0; d < dimension; d++) {
        float value = batch.vectors()[at + d];
        columns[d * BLOCK + row] = value;
        sum += value * value;
      }
      squares[row] = batch.valid().get(from + row) ? sum : Float.NaN;
    }
  }

  private void compare(int query, VectorBatch batch, int from, int rows) {
    float[] vector = queries.get(query);
    Arrays.fill(products, 0f);
    float square = 0;
    for (int d = 0; d < dimension; d++) {
      square += vector[d] * vector[d];
      if (metric == Metric.L2) {
        addSquares(products, columns, d * BLOCK, rows, vector[d]);
      } else {
        addProducts(products, columns, d * BLOCK, rows, vector[d]);
      }
    }
    for (int row = 0; row < rows; row++) {
      float distance =
          switch (metric) {
            case L2 -> products[row];
            case DOT -> 1 - products[row];
            case COSINE -> 1 - products[row] / (float) Math.sqrt((double) square * squares[row]);
          };
      if (distance < distances[query][k - 1] && squares[row] <= Float.MAX_VALUE) {
        insert(query, distance, batch.rowIds()[from + row]);
      }
    }
  }

  private static void addSquares(float[] sums, float[] values, int at, int rows, float factor) {
    for (int i = 0; i < rows; i++) {
      float difference = values[at + i] - factor;
      sums[i] += difference * difference;
    }
  }

  private static void addProducts(float[] sums, float[] values, int at, int rows, float factor) {
    for (int i = 0; i < rows; i++) {
      sums[i] += values[at + i] * factor;
    }
  }

  private void insert(int query, float distance, long rowId) {
    int at = k - 1;
    for (; at > 0 && distances[query][at - 1] > distance; at--) {
      distances[query][at] = distances[query][at - 1];
      rowIds[query][at] = rowIds[query][at - 1];
    }
    distances[query][at] = distance;
    rowIds[query][at] = rowId;
  }
}
