package dev.freshet.job.matrix;

import dev.freshet.job.oracle.LiveRows;
import dev.freshet.job.oracle.StoredTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.arrow.vector.BigIntVector;
import org.lance.Fragment;
import org.lance.index.DistanceType;
import org.lance.ipc.Query;
import org.lance.ipc.ScanOptions;

/** Judges an index by lance-core, over the vectors as lance-core reads them. */
final class LanceCoreJudge {

  private static final String ID = "id";
  private static final int QUERIES = 25;
  private static final int K = 10;
  private static final int ALL_PROBES = 1000;
  private static final int REFINE = 30;

  private final StoredTable table;
  private final TreeMap<Long, float[]> vectors = new TreeMap<>();

  private LanceCoreJudge(StoredTable table) throws IOException {
    this.table = table;
    LiveRows.of(table, ID, CellTrial.COLUMN)
        .rows()
        .values()
        .forEach(row -> vectors.put(row.id(), row.vector().orElseThrow()));
  }

  static Judgement judge(Path path) throws IOException {
    try (StoredTable table = StoredTable.open(path, CellTrial.INDEX)) {
      return new LanceCoreJudge(table).judge();
    }
  }

  private Judgement judge() throws IOException {
    int answers = 0;
    int hits = 0;
    int refined = 0;
    List<Long> ids = List.copyOf(vectors.keySet());
    for (int i = 0; i < QUERIES; i++) {
      float[] query = beside(vectors.get(ids.get((int) ((long) i * ids.size() / QUERIES))));
      Set<Long> near = nearest(query);
      List<Long> found = search(query, K, 1);
      answers += found.size();
      hits += (int) found.stream().filter(near::contains).count();
      refined += (int) search(query, K, REFINE).stream().filter(near::contains).count();
    }
    Map<Long, Integer> seen = new HashMap<>();
    search(vectors.get(ids.get(0)), 2 * ids.size(), 1)
        .forEach(id -> seen.merge(id, 1, Integer::sum));
    return new Judgement(
        ids.size() + " rows",
        (double) answers / QUERIES,
        (double) hits / QUERIES / K,
        (double) refined / QUERIES / K,
        (int) seen.values().stream().filter(times -> times > 1).count(),
        (int) ids.stream().filter(id -> !seen.containsKey(id)).count(),
        (int) seen.keySet().stream().filter(id -> !vectors.containsKey(id)).count(),
        unindexed(),
        !table.segments().isEmpty());
  }

  /** A query near a row. */
  private static float[] beside(float[] vector) {
    float[] query = vector.clone();
    for (int i = 0; i < query.length; i++) {
      query[i] += i % 2 == 0 ? 0.1f : -0.1f;
    }
    return query;
  }

  private Set<Long> nearest(float[] query) {
    return new HashSet<>(
        vectors.entrySet().stream()
            .sorted(Comparator.comparingDouble(row -> squared(row.getValue(), query)))
            .limit(K)
            .map(Map.Entry::getKey)
            .toList());
  }

  private static double squared(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      sum += difference * difference;
    }
    return sum;
  }

  private List<Long> search(float[] query, int k, int refine) throws IOException {
    Query.Builder nearest =
        new Query.Builder()
            .setColumn(CellTrial.COLUMN)
            .setKey(query)
            .setK(k)
            .setDistanceType(DistanceType.L2)
            .setNprobes(ALL_PROBES)
            .setUseIndex(true);
    if (refine > 1) {
      nearest.setRefineFactor(refine);
    }
    List<Long> found = new ArrayList<>();
    table.scan(
        new ScanOptions.Builder()
            .nearest(nearest.build())
            .columns(List.of(ID, "_distance"))
            .build(),
        batch -> {
          BigIntVector ids = (BigIntVector) batch.getVector(ID);
          for (int row = 0; row < batch.getRowCount(); row++) {
            found.add(ids.get(row));
          }
        });
    return found;
  }

  private int unindexed() {
    Set<Integer> covered = table.covered();
    return table.dataset().getFragments().stream()
        .filter(fragment -> !covered.contains(fragment.getId()))
        .mapToInt(Fragment::countRows)
        .sum();
  }
}
