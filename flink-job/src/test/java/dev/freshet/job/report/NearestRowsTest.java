package dev.freshet.job.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.VectorBatch;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NearestRowsTest {

  private static final int DIMENSION = 9;
  private static final int ROWS = 2000;
  private static final int K = 10;

  @ParameterizedTest
  @EnumSource(Metric.class)
  void findsTheNearestOfAllParts(Metric metric) {
    float[] vectors = random(ROWS, 1);
    List<float[]> queries = List.of(random(1, 2), random(1, 3), random(1, 4));
    List<NearestRows> parts =
        List.of(
            new NearestRows(queries, DIMENSION, metric, K),
            new NearestRows(queries, DIMENSION, metric, K));
    for (int from = 0; from < ROWS; from += 500) {
      parts.get(from / 500 % 2).add(batch(vectors, from, 500));
    }
    for (int query = 0; query < queries.size(); query++) {
      float[] vector = queries.get(query);
      Set<Long> nearest =
          IntStream.range(0, ROWS)
              .boxed()
              .sorted(
                  (a, b) ->
                      Double.compare(
                          distance(metric, vectors, a, vector),
                          distance(metric, vectors, b, vector)))
              .limit(K)
              .map(Integer::longValue)
              .collect(Collectors.toSet());
      assertThat(NearestRows.of(query, parts)).isEqualTo(nearest);
    }
  }

  @Test
  void leavesOutRowsWithoutADistance() {
    NearestRows rows = new NearestRows(List.of(new float[DIMENSION]), DIMENSION, Metric.L2, K);
    float[] vectors = new float[4 * DIMENSION];
    vectors[0] = Float.NaN;
    vectors[DIMENSION] = Float.POSITIVE_INFINITY;
    VectorBatch batch = batch(vectors, 0, 4);
    batch.valid().clear(2);
    rows.add(batch);
    assertThat(NearestRows.of(0, List.of(rows))).containsExactly(3L);
  }

  /** In whatever order threads read them. */
  @Test
  void ofEqualRowsThoseWithTheLeastIdsAreNearest() {
    NearestRows rows = new NearestRows(List.of(new float[DIMENSION]), DIMENSION, Metric.L2, K);
    float[] same = new float[30 * DIMENSION];
    rows.add(batch(same, 20, 10));
    rows.add(batch(same, 0, 20));
    assertThat(NearestRows.of(0, List.of(rows)))
        .containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
  }

  private static VectorBatch batch(float[] vectors, int from, int rows) {
    BitSet valid = new BitSet();
    valid.set(0, rows);
    return new VectorBatch(
        LongStream.range(from, from + rows).toArray(),
        Arrays.copyOfRange(vectors, from * DIMENSION, (from + rows) * DIMENSION),
        valid,
        rows);
  }

  private static float[] random(int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] vectors = new float[rows * DIMENSION];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) random.nextDouble() * 2 - 1;
    }
    return vectors;
  }

  private static double distance(Metric metric, float[] vectors, int row, float[] query) {
    double differences = 0;
    double product = 0;
    double squares = 0;
    for (int d = 0; d < DIMENSION; d++) {
      double value = vectors[row * DIMENSION + d];
      differences += (value - query[d]) * (value - query[d]);
      product += value * query[d];
      squares += value * value;
    }
    return switch (metric) {
      case L2 -> differences;
      case DOT -> -product;
      case COSINE -> -product / Math.sqrt(squares);
    };
  }
}
