package dev.freshet.job.report;

import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.VectorBatch;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds the nearest rows of many queries by brute force, in one pass over the vectors. Rows whose
 * distance is not a number are left out; of equal ones the least id is nearest. Not thread-safe:
 * each thread has its own, for some of the rows.
 */
final class NearestRows {

  /** Rows whose distances to one query are computed together, in a loop that is vectorised. */
  private static final int BLOCK = 1024;

  /** Dimensions that are added at a time, so that sums are loaded and stored less often. */
  private static final int DEPTH = 4;

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
    this.columns = new float[BLOCK * ((dimension + DEPTH - 1) / DEPTH * DEPTH)];
    for (float[] ofQuery : distances) {
      Arrays.fill(ofQuery, Float.POSITIVE_INFINITY);
    }
  }

  void add(VectorBatch batch) {
    for (int from = 0; from < batch.rows() && !queries.isEmpty(); from += BLOCK) {
      int rows = Math.min(BLOCK, batch.rows() - from);
      transpose(batch, from, rows);
      for (int query = 0; query < queries.size(); query++) {
        compare(query, batch, from, rows);
      }
    }
  }

  /** Ids of the nearest rows of a query among those of several parts, which are of other rows. */
  static Set<Long> of(int query, List<NearestRows> parts) {
    return parts.stream()
        .flatMap(part -> part.found(query))
        .sorted(Comparator.comparingDouble(Found::distance).thenComparingLong(Found::rowId))
        .limit(parts.get(0).k)
        .map(Found::rowId)
        .collect(Collectors.toSet());
  }

  private record Found(float distance, long rowId) {}

  private Stream<Found> found(int query) {
    return IntStream.range(0, k)
        .filter(i -> distances[query][i] < Float.POSITIVE_INFINITY)
        .mapToObj(i -> new Found(distances[query][i], rowIds[query][i]));
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
    Arrays.fill(products, 0, rows, 0f);
    float square = 0;
    for (int d = 0; d < dimension; d++) {
      square += vector[d] * vector[d];
    }
    for (int d = 0; d < dimension; d += DEPTH) {
      if (metric == Metric.L2) {
        addSquares(products, columns, d * BLOCK, rows, factors(vector, d));
      } else {
        addProducts(products, columns, d * BLOCK, rows, factors(vector, d));
      }
    }
    for (int row = 0; row < rows; row++) {
      float distance =
          switch (metric) {
            case L2 -> products[row];
            case DOT -> 1 - products[row];
            case COSINE -> 1 - products[row] / (float) Math.sqrt((double) square * squares[row]);
          };
      if (distance <= distances[query][k - 1] && squares[row] <= Float.MAX_VALUE) {
        insert(query, distance, batch.rowIds()[from + row]);
      }
    }
  }

  /** Of some dimensions; beyond the last one, of columns that are zero. */
  private float[] factors(float[] vector, int from) {
    return Arrays.copyOf(
        Arrays.copyOfRange(vector, from, Math.min(from + DEPTH, dimension)), DEPTH);
  }

  private static void addSquares(float[] sums, float[] values, int at, int rows, float[] factors) {
    float a = factors[0];
    float b = factors[1];
    float c = factors[2];
    float d = factors[3];
    for (int i = 0; i < rows; i++) {
      float toA = values[at + i] - a;
      float toB = values[at + BLOCK + i] - b;
      float toC = values[at + 2 * BLOCK + i] - c;
      float toD = values[at + 3 * BLOCK + i] - d;
      sums[i] += toA * toA + toB * toB + toC * toC + toD * toD;
    }
  }

  private static void addProducts(float[] sums, float[] values, int at, int rows, float[] factors) {
    float a = factors[0];
    float b = factors[1];
    float c = factors[2];
    float d = factors[3];
    for (int i = 0; i < rows; i++) {
      sums[i] +=
          values[at + i] * a
              + values[at + BLOCK + i] * b
              + values[at + 2 * BLOCK + i] * c
              + values[at + 3 * BLOCK + i] * d;
    }
  }

  private void insert(int query, float distance, long rowId) {
    float[] near = distances[query];
    long[] ids = rowIds[query];
    if (distance == near[k - 1] && rowId > ids[k - 1]) {
      return;
    }
    int at = k - 1;
    for (;
        at > 0 && (near[at - 1] > distance || (near[at - 1] == distance && ids[at - 1] > rowId));
        at--) {
      near[at] = near[at - 1];
      ids[at] = ids[at - 1];
    }
    near[at] = distance;
    ids[at] = rowId;
  }
}
