package dev.freshet.job.report;

import dev.freshet.state.model.Metric;
import dev.freshet.vector.kernels.Distance;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.kernels.NearVectors;
import dev.freshet.vector.quantizer.VectorBatch;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds the nearest rows of many queries by brute force, in one pass over the vectors: a kernel
 * leaves out those that are farther than what was found before. Rows whose distance is not a number
 * are left out; of equal ones the least id is nearest. Not thread-safe: each thread has its own,
 * for some of the rows.
 */
final class NearestRows {

  private static final int BLOCK = 256;

  private final List<float[]> queries;
  private final int dimension;
  private final Metric metric;
  private final int k;
  private final NearVectors near;

  /** Of each query, ascending by distance. */
  private final float[][] distances;

  private final long[][] rowIds;

  /** The greatest distance of each query. */
  private final float[] limits;

  /** The rows of a block with the length 1, for cosine. */
  private final float[] directions;

  NearestRows(List<float[]> queries, int dimension, Metric metric, int k) {
    this.queries = queries;
    this.dimension = dimension;
    this.metric = metric;
    this.k = k;
    this.distances = new float[queries.size()][k];
    this.rowIds = new long[queries.size()][k];
    this.limits = new float[queries.size()];
    Arrays.fill(limits, Float.POSITIVE_INFINITY);
    for (float[] ofQuery : distances) {
      Arrays.fill(ofQuery, Float.POSITIVE_INFINITY);
    }
    this.directions = new float[metric == Metric.COSINE ? BLOCK * dimension : 0];
    this.near = queries.isEmpty() ? (vectors, from, to, none, pairs) -> {} : prepared();
  }

  private NearVectors prepared() {
    float[] fixed = new float[queries.size() * dimension];
    for (int query = 0; query < queries.size(); query++) {
      copy(queries.get(query), 0, fixed, query * dimension);
    }
    Distance distance = metric == Metric.L2 ? Distance.SQUARED_L2 : Distance.ONE_MINUS_DOT;
    return Kernels.best().nearVectors(fixed, dimension, distance);
  }

  /** Copies a vector; with cosine its direction. */
  private void copy(float[] from, int at, float[] to, int toAt) {
    double squares = 0;
    for (int d = 0; d < dimension; d++) {
      squares += (double) from[at + d] * from[at + d];
    }
    float factor = metric == Metric.COSINE ? (float) (1 / Math.sqrt(squares)) : 1;
    for (int d = 0; d < dimension; d++) {
      to[toAt + d] = factor * from[at + d];
    }
  }

  void add(VectorBatch batch) {
    for (int from = 0; from < batch.rows(); from += BLOCK) {
      int first = from;
      int rows = Math.min(BLOCK, batch.rows() - from);
      if (metric == Metric.COSINE) {
        for (int row = 0; row < rows; row++) {
          copy(batch.vectors(), (first + row) * dimension, directions, row * dimension);
        }
        near.find(directions, 0, rows, limits, (row, query) -> compare(query, batch, first + row));
      } else {
        near.find(
            batch.vectors(),
            first,
            first + rows,
            limits,
            (row, query) -> compare(query, batch, row));
      }
    }
  }

  private void compare(int query, VectorBatch batch, int row) {
    float[] vector = queries.get(query);
    int at = row * dimension;
    float differences = 0;
    float product = 0;
    float squares = 0;
    float square = 0;
    for (int d = 0; d < dimension; d++) {
      float value = batch.vectors()[at + d];
      differences += (value - vector[d]) * (value - vector[d]);
      product += value * vector[d];
      squares += value * value;
      square += vector[d] * vector[d];
    }
    float distance =
        switch (metric) {
          case L2 -> differences;
          case DOT -> 1 - product;
          case COSINE -> 1 - product / (float) Math.sqrt((double) square * squares);
        };
    boolean measurable = batch.valid().get(row) && squares <= Float.MAX_VALUE;
    if (measurable && distance <= limits[query] && distance < Float.POSITIVE_INFINITY) {
      insert(query, distance, batch.rowIds()[row]);
    }
  }

  private void insert(int query, float distance, long rowId) {
    float[] nearest = distances[query];
    long[] ids = rowIds[query];
    if (distance == nearest[k - 1] && rowId > ids[k - 1]) {
      return;
    }
    int at = k - 1;
    for (; at > 0 && isAfter(nearest[at - 1], ids[at - 1], distance, rowId); at--) {
      nearest[at] = nearest[at - 1];
      ids[at] = ids[at - 1];
    }
    nearest[at] = distance;
    ids[at] = rowId;
    limits[query] = nearest[k - 1];
  }

  private static boolean isAfter(float distance, long rowId, float than, long thanId) {
    return distance > than || (distance == than && rowId > thanId);
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
}
