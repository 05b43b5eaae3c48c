package dev.freshet.job.report;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.read.Parallel;
import dev.freshet.lance.read.ParallelScan;
import dev.freshet.lance.read.VectorSample;
import dev.freshet.lance.read.VectorSearch;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Recall of an index against brute force, for rows of the dataset moved a little as queries. The
 * vectors are compared with all queries as they are read once, by whoever reads them.
 */
final class RecallCheck {

  /** How many neighbours a query asks for. */
  private static final int K = 10;

  private static final float SHIFT = 0.05f;
  private static final long SEED = 7;

  private final VectorSearch search;
  private final List<float[]> queries = new ArrayList<>();
  private final List<NearestRows> truth = new ArrayList<>();
  private final int threads;

  /**
   * Draws the queries.
   *
   * @param count how many; none are drawn if it is 0
   * @param threads that compare rows
   */
  RecallCheck(
      DatasetHandle dataset,
      VectorColumn column,
      Coverage live,
      Metric metric,
      int count,
      int threads)
      throws IOException {
    this.search = new VectorSearch(dataset, column, metric);
    this.threads = threads;
    if (count > 0) {
      VectorSample sample = new VectorSample(dataset, column, metric, live);
      draw(sample.draw(2 * count, SEED), column.dimension(), count);
    }
    for (int i = 0; i < threads; i++) {
      truth.add(new NearestRows(queries, column.dimension(), metric, K));
    }
  }

  /**
   * One for each thread, which compares rows with the queries; each row of the table has to come
   * once before recall is asked for.
   */
  List<ParallelScan.BatchConsumer> onlookers() {
    return truth.stream().map(part -> (ParallelScan.BatchConsumer) part::add).toList();
  }

  /** Whether there is anything to ask. */
  boolean asks() {
    return !queries.isEmpty();
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

  /**
   * Share of the true neighbours that the index finds; 1 if there was nothing to ask.
   *
   * @param graph whether the index searches graphs, in which Lance's threads may wait for each
   *     other: then one query is asked at a time
   */
  double at(VectorSearch.Effort effort, boolean graph) throws IOException {
    AtomicInteger next = new AtomicInteger();
    LongAdder expected = new LongAdder();
    LongAdder found = new LongAdder();
    Parallel.Part asking =
        () -> {
          for (int i = next.getAndIncrement(); i < queries.size(); i = next.getAndIncrement()) {
            Set<Long> nearest = NearestRows.of(i, truth);
            expected.add(nearest.size());
            List<Long> answer = search.indexed(queries.get(i), K, effort);
            found.add(answer.stream().filter(nearest::contains).count());
          }
        };
    Parallel.run(Collections.nCopies(graph ? 1 : threads, asking));
    return expected.sum() == 0 ? 1 : (double) found.sum() / expected.sum();
  }
}
