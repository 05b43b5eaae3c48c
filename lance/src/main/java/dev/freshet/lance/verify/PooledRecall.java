package dev.freshet.lance.verify;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.LanceErrors;
import dev.freshet.lance.dataset.UnsearchableSegmentException;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.read.Distances;
import dev.freshet.lance.read.ForcedQuery;
import dev.freshet.lance.read.QueryScopes;
import dev.freshet.lance.read.VectorSample;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the answers of a segment with those of the segments that it replaces, without a brute
 * force search of either.
 *
 * <p>Sampled rows are searched for through both, in one partition, among the same fragments of one
 * replaced segment ({@link QueryScopes}). The true neighbours are taken to be the nearest {@value
 * #NEIGHBOURS} by exact distance of all that came from either side: the pooling of relevance
 * assessments (Spärck Jones and van Rijsbergen, 1975). So recall is too high on both sides, but the
 * side that misses what the other one finds has less. Takes 2 queries a sample.
 */
public final class PooledRecall {

  private static final Logger LOG = LoggerFactory.getLogger(PooledRecall.class);
  private static final int NEIGHBOURS = 10;
  private static final double TOLERANCE = 1e-4;

  private final VectorColumn column;
  private final Metric metric;
  private final int samples;
  private final long seed;

  /**
   * @param samples rows to search for, over all replaced segments; at least one in each
   * @param seed of the choice of rows
   */
  public PooledRecall(VectorColumn column, Metric metric, int samples, long seed) {
    this.column = column;
    this.metric = metric;
    this.samples = samples;
    this.seed = seed;
  }

  /**
   * What both sides found of the true neighbours, from 0 to 1.
   *
   * @param queries rows that were searched for
   */
  public record Result(int queries, double before, double after) {
    private Result plus(Result other) {
      int sum = queries + other.queries;
      return sum == 0
          ? this
          : new Result(
              sum,
              (before * queries + other.before * other.queries) / sum,
              (after * queries + other.after * other.queries) / sum);
    }
  }

  /**
   * Searches both versions.
   *
   * @param before a version with the replaced segments, without other indexes of the column
   * @param after the same with the new segment in their place
   * @param replaced with the fragments that the new one covers; at most {@code samples} of them are
   *     looked at
   * @param partitions of the new segment
   * @throws UnsearchableSegmentException if a query of the new segment fails; a replaced one that
   *     cannot be searched is left out
   */
  public Result compare(
      DatasetHandle before, DatasetHandle after, List<CommittedSegment> replaced, int partitions)
      throws IOException {
    Result result = new Result(0, 1, 1);
    int each = Math.max(1, samples / Math.max(1, replaced.size()));
    for (CommittedSegment segment : replaced.subList(0, Math.min(samples, replaced.size()))) {
      result = result.plus(compare(before, after, segment.coverage(), partitions, each));
    }
    return result;
  }

  private Result compare(
      DatasetHandle before, DatasetHandle after, Coverage shared, int partitions, int count)
      throws IOException {
    VectorBatch rows = new VectorSample(before, column, metric, shared).draw(count, seed);
    QueryScopes scopes = new QueryScopes(before, shared, partitions);
    Result result = new Result(0, 1, 1);
    for (int i = 0; i < rows.rows(); i++) {
      Coverage scope = scopes.of(rows.rowIds()[i]).fragments();
      result = result.plus(compare(before, after, scope, row(rows, i)));
    }
    return result;
  }

  private Result compare(DatasetHandle before, DatasetHandle after, Coverage scope, float[] query)
      throws IOException {
    Map<Long, Double> fresh = distances(after, scope, query);
    Map<Long, Double> old;
    try {
      old = distances(before, scope, query);
    } catch (UnsearchableSegmentException e) {
      LOG.warn("The segment over fragments {} is replaced, and cannot be searched", scope, e);
      return new Result(0, 1, 1);
    }
    Map<Long, Double> pool = new HashMap<>(old);
    pool.putAll(fresh);
    int truth = Math.min(NEIGHBOURS, pool.size());
    if (truth == 0) {
      return new Result(0, 1, 1);
    }
    double slack = TOLERANCE * Math.max(1, Distances.norm(query));
    double farthest = pool.values().stream().sorted().skip(truth - 1L).findFirst().orElseThrow();
    return new Result(
        1,
        (double) within(old, farthest + slack, truth) / truth,
        (double) within(fresh, farthest + slack, truth) / truth);
  }

  private static long within(Map<Long, Double> found, double farthest, int truth) {
    long near = found.values().stream().filter(distance -> distance <= farthest).count();
    return Math.min(truth, near);
  }

  /** Exact distances of what the segment over the fragments answers. */
  private Map<Long, Double> distances(DatasetHandle version, Coverage scope, float[] query)
      throws IOException {
    Map<Long, Double> distances = new HashMap<>();
    for (VectorBatch batch : search(version, scope, query)) {
      for (int i = 0; i < batch.rows(); i++) {
        distances.put(batch.rowIds()[i], Distances.between(query, row(batch, i), metric));
      }
    }
    return distances;
  }

  private List<VectorBatch> search(DatasetHandle version, Coverage scope, float[] query)
      throws IOException {
    try {
      return new ForcedQuery(version, column, scope).rows(query, NEIGHBOURS);
    } catch (IOException | RuntimeException e) {
      throw LanceErrors.unsearchable(e);
    }
  }

  private float[] row(VectorBatch batch, int row) {
    int from = row * column.dimension();
    return Arrays.copyOfRange(batch.vectors(), from, from + column.dimension());
  }
}
