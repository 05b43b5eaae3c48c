package dev.freshet.job.oracle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.lance.index.DistanceType;
import org.lance.ipc.Query;
import org.lance.ipc.ScanOptions;

/** With every partition probed, an index of whole vectors answers as brute force does. */
final class SearchInvariant {

  private static final int QUERIES = 12;
  private static final int K = 10;
  private static final int ALL_PROBES = 1 << 16;
  private static final double TOLERANCE = 1e-3;

  private SearchInvariant() {}

  /** Vectors of the table, in the order of their rows. */
  static List<float[]> vectors(LiveRows live) {
    return live.rows().values().stream().flatMap(row -> row.vector().stream()).toList();
  }

  /** Some vectors of the table, as queries. */
  static List<float[]> queries(LiveRows live, long seed) {
    List<float[]> queries = new ArrayList<>(vectors(live));
    Collections.shuffle(queries, new Random(seed));
    return queries.subList(0, Math.min(QUERIES, queries.size()));
  }

  /** What is wrong with answers to rows of the table, under L2. */
  static List<String> violations(StoredTable table, LiveRows live, String column, long seed) {
    List<float[]> vectors = vectors(live);
    List<String> wrong = new ArrayList<>();
    for (float[] query : queries(live, seed)) {
      double[] truth =
          vectors.stream().mapToDouble(v -> squared(v, query)).sorted().limit(K).toArray();
      try {
        double[] answer = search(table, query, column);
        if (!equal(truth, answer)) {
          wrong.add(
              "at full probe distances are "
                  + Arrays.toString(answer)
                  + " and by brute force "
                  + Arrays.toString(truth));
        }
      } catch (IOException | RuntimeException e) {
        wrong.add("the index cannot be searched: " + e.getMessage());
      }
    }
    return wrong;
  }

  /** Distances of the nearest, ascending; those of uncovered fragments by brute force. */
  static double[] search(StoredTable table, float[] query, String column) throws IOException {
    return search(table, nearest(query, column));
  }

  /**
   * The same among some covered fragments only. Beside uncovered ones Lance gives exact distances
   * also of what it chose by codes, and then it shows which of several equal codes it chose.
   */
  static double[] search(
      StoredTable table, float[] query, String column, Collection<Integer> fragments)
      throws IOException {
    return search(
        table, nearest(query, column).fragmentIds(List.copyOf(fragments)).prefilter(true));
  }

  private static ScanOptions.Builder nearest(float[] query, String column) {
    Query nearest =
        new Query.Builder()
            .setColumn(column)
            .setKey(query)
            .setK(K)
            .setDistanceType(DistanceType.L2)
            .setNprobes(ALL_PROBES)
            .setUseIndex(true)
            .build();
    return new ScanOptions.Builder().nearest(nearest).columns(List.of("_distance"));
  }

  private static double[] search(StoredTable table, ScanOptions.Builder options)
      throws IOException {
    List<Double> distances = new ArrayList<>();
    table.scan(options.build(), batch -> add(batch, distances));
    return distances.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  private static void add(VectorSchemaRoot batch, List<Double> distances) {
    Float4Vector values = (Float4Vector) batch.getVector("_distance");
    for (int row = 0; row < batch.getRowCount(); row++) {
      distances.add((double) values.get(row));
    }
  }

  private static double squared(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      sum += difference * difference;
    }
    return sum;
  }

  /** Whether two ascending rows of distances are the same but for rounding. */
  static boolean equal(double[] truth, double[] answer) {
    boolean equal = truth.length == answer.length;
    for (int i = 0; equal && i < truth.length; i++) {
      equal = Math.abs(truth[i] - answer[i]) <= TOLERANCE * (1 + truth[i]);
    }
    return equal;
  }
}
