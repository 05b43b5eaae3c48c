package dev.freshet.job.oracle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.lance.index.DistanceType;
import org.lance.ipc.Query;
import org.lance.ipc.ScanOptions;

/** What Lance answers with every partition probed, under L2, beside brute force. */
final class SearchInvariant {

  private static final int QUERIES = 12;
  private static final int K = 10;
  private static final int ALL_PROBES = 1 << 16;
  private static final double TOLERANCE = 1e-3;

  private final StoredTable table;
  private final List<LiveRows.Row> rows;
  private final Set<LiveRows.Row> hidden;
  private final String id;
  private final String column;
  private final Set<Integer> fragments;

  /**
   * @param rows those that an index can have, of the fragments
   * @param hidden those of them that Lance itself may leave out, whatever the index has
   * @param fragments to search
   */
  SearchInvariant(
      StoredTable table,
      List<LiveRows.Row> rows,
      Set<LiveRows.Row> hidden,
      String id,
      String column,
      Set<Integer> fragments) {
    this.table = table;
    this.rows = rows;
    this.hidden = hidden;
    this.id = id;
    this.column = column;
    this.fragments = fragments;
  }

  /** Vectors of some rows, as queries; the same ones wherever in the table the rows are. */
  static List<float[]> queries(List<LiveRows.Row> rows, long seed) {
    List<LiveRows.Row> shuffled = new ArrayList<>(rows);
    shuffled.sort(Comparator.comparingLong(LiveRows.Row::id));
    Collections.shuffle(shuffled, new Random(seed));
    return shuffled.stream().limit(QUERIES).map(row -> row.vector().orElseThrow()).toList();
  }

  /** An index of whole vectors answers as brute force does. */
  List<String> nearest(long seed) {
    List<String> wrong = new ArrayList<>();
    for (float[] query : queries(rows, seed)) {
      double[] truth = nearest(query, Set.of());
      try {
        double[] answer = distances(table, scope(query, K));
        if (!equal(truth, answer) && !equal(nearest(query, hidden), answer)) {
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

  /** By brute force, without some rows. */
  private double[] nearest(float[] query, Set<LiveRows.Row> left) {
    return rows.stream()
        .filter(row -> !left.contains(row))
        .mapToDouble(row -> squared(row.vector().orElseThrow(), query))
        .sorted()
        .limit(K)
        .toArray();
  }

  /** Each row comes once, and nothing else, if as many are asked for as there are. */
  List<String> eachOnce(long seed) {
    List<String> wrong = new ArrayList<>();
    for (float[] query : queries(rows, seed).stream().limit(1).toList()) {
      Map<Long, Integer> times = new HashMap<>();
      try {
        table.scan(scope(query, rows.size()).columns(List.of(id, "_distance")).build(), ids(times));
      } catch (IOException | RuntimeException e) {
        return List.of("the index cannot be searched: " + e.getMessage());
      }
      long missing =
          rows.stream()
              .filter(row -> !times.containsKey(row.id()) && !hidden.contains(row))
              .count();
      long twice = times.values().stream().filter(n -> n > 1).count();
      rows.forEach(row -> times.remove(row.id()));
      if (missing + twice + times.size() > 0) {
        wrong.add(
            String.format(
                "of %d rows asked for, %d are missing, %d come more than once, %d others come",
                rows.size(), missing, twice, times.size()));
      }
    }
    return wrong;
  }

  private Consumer<VectorSchemaRoot> ids(Map<Long, Integer> times) {
    return batch -> {
      BigIntVector ids = (BigIntVector) batch.getVector(id);
      for (int row = 0; row < batch.getRowCount(); row++) {
        times.merge(ids.get(row), 1, Integer::sum);
      }
    };
  }

  /** A prefilter is only asked for where it has to be: readers mostly have none. */
  private ScanOptions.Builder scope(float[] query, int k) {
    ScanOptions.Builder nearest = nearest(query, column, k);
    return fragments.equals(table.live())
        ? nearest
        : nearest.fragmentIds(List.copyOf(fragments)).prefilter(true);
  }

  /**
   * Distances of the nearest among some covered fragments, ascending. Beside uncovered ones Lance
   * gives exact distances also of what it chose by codes, and then it shows which of several equal
   * codes it chose.
   */
  static double[] distances(
      StoredTable table, float[] query, String column, Collection<Integer> fragments)
      throws IOException {
    return distances(
        table, nearest(query, column, K).fragmentIds(List.copyOf(fragments)).prefilter(true));
  }

  private static ScanOptions.Builder nearest(float[] query, String column, int k) {
    Query nearest =
        new Query.Builder()
            .setColumn(column)
            .setKey(query)
            .setK(k)
            .setDistanceType(DistanceType.L2)
            .setNprobes(ALL_PROBES)
            .setUseIndex(true)
            .build();
    return new ScanOptions.Builder().nearest(nearest).columns(List.of("_distance"));
  }

  private static double[] distances(StoredTable table, ScanOptions.Builder options)
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
