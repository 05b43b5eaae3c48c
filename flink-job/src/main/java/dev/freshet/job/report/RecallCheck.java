package dev.freshet.job.report;

import dev.freshet.operators.lance.DatasetHandle;
import dev.freshet.operators.lance.VectorColumn;
import dev.freshet.operators.lance.VectorSample;
import dev.freshet.operators.lance.VectorSearch;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Recall of an index against brute force, for rows of the dataset moved a little as queries. */
final class RecallCheck {

  private static final float SHIFT = 0.05f;
  private static final long SEED = 7;

  private final VectorSearch search;
  private final int k;
  private final List<float[]> queries = new ArrayList<>();
  private final List<Set<Long>> truths = new ArrayList<>();

  RecallCheck(
      DatasetHandle dataset, VectorColumn column, Coverage live, Metric metric, int count, int k)
      throws IOException {
    this.search = new VectorSearch(dataset, column, metric);
    this.k = k;
    if (count > 0) {
      draw(
          new VectorSample(dataset, column, metric, live).draw(2 * count, SEED),
          column.dimension(),
          count);
    }
    for (float[] query : queries) {
      truths.add(new HashSet<>(search.exact(query, k)));
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
      Set<Long> truth = truths.get(i);
      expected += truth.size();
      found += search.indexed(queries.get(i), k, effort).stream().filter(truth::contains).count();
    }
    return expected == 0 ? 1 : (double) found / expected;
  }
}
