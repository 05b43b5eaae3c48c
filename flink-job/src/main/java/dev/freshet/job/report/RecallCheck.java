package dev.freshet.job.report;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.read.VectorSample;
import dev.freshet.lance.read.VectorScan;
import dev.freshet.lance.read.VectorSearch;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.Metric;
import dev.freshet.state.model.RowRange;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Recall of an index against brute force, for rows of the dataset moved a little as queries. The
 * vectors are compared with all queries as they are read once, by whoever reads them.
 */
final class RecallCheck {

  private static final float SHIFT = 0.05f;
  private static final long SEED = 7;
  private static final long BATCH_BYTES = 8L << 20;

  private final DatasetHandle dataset;
  private final VectorColumn column;
  private final VectorSearch search;
  private final int k;
  private final List<float[]> queries = new ArrayList<>();
  private final NearestRows truth;

  /**
   * Draws the queries.
   *
   * @param count how many; none are drawn if it is 0
   */
  RecallCheck(
      DatasetHandle dataset, VectorColumn column, Coverage live, Metric metric, int count, int k)
      throws IOException {
    this.dataset = dataset;
    this.column = column;
    this.search = new VectorSearch(dataset, column, metric);
    this.k = k;
    if (count > 0) {
      VectorSample sample = new VectorSample(dataset, column, metric, live);
      draw(sample.draw(2 * count, SEED), column.dimension(), count);
    }
    this.truth = new NearestRows(queries, column.dimension(), metric, k);
  }

  /** Compares rows with the queries; each row of the table has to come once before recall is. */
  void compare(VectorBatch batch) {
    truth.add(batch);
  }

  /** Compares the rows of whole fragments. */
  void compare(List<Fragment> fragments) throws IOException {
    if (queries.isEmpty()) {
      return;
    }
    List<RowRange> rows = fragments.stream().map(Fragment::rows).toList();
    try (VectorScan scan = new VectorScan(dataset, column, rows, BATCH_BYTES)) {
      for (Optional<VectorBatch> batch = scan.next(); batch.isPresent(); batch = scan.next()) {
        compare(batch.get());
      }
    }
  }

  /** Each query is a row moved a little towards another, so that it is not found by being equal. */
  private void draw(VectorBatch sample, int dimension, int count) {
    for (int i = 0; i < count && 2 * i + 1 < sample.rows(); i++) {
      int from = 2 * i * dimension;
      float[] query = Arrays.copyOfRange(sample.vectors(), from, from + dimension);
      for (int d = 0; d < dimension; d++) {
        query[d] += SHIFT * (sample.vectors()[from + dimension + d] - query[d]);
      }
      queries.add(query);
    }
  }

  /** Share of the true neighbours that the index finds; 1 if there was nothing to ask. */
  double at(VectorSearch.Effort effort) throws IOException {
    long expected = 0;
    long found = 0;
    for (int i = 0; i < queries.size(); i++) {
      Set<Long> nearest = truth.of(i);
      expected += nearest.size();
      found += search.indexed(queries.get(i), k, effort).stream().filter(nearest::contains).count();
    }
    return expected == 0 ? 1 : (double) found / expected;
  }
}
