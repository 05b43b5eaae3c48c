package dev.freshet.job.oracle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.lance.index.Index;

/**
 * Each live finite row of a covered fragment is in exactly one segment, exactly once, and in no
 * other; where the codes are the vectors themselves, they are the row's.
 */
final class RowInvariant {

  private static final String FLAT = "flat";

  private final StoredTable table;
  private final LiveRows live;
  private final Set<Integer> covered;
  private final Map<Long, Integer> found = new HashMap<>();
  private final Set<Long> ids = new TreeSet<>();
  private long strangers;
  private long waiting;
  private long wrongVectors;

  private RowInvariant(StoredTable table, LiveRows live) {
    this.table = table;
    this.live = live;
    this.covered = table.covered();
  }

  /**
   * What is wrong with the rows of a version.
   *
   * @param wrong a line each
   * @param waiting entries of rows that another writer has put into fragments that are not covered
   *     yet, or whose fragment it took off the coverage
   * @param ids of the rows that are wrong
   */
  record Findings(List<String> wrong, long waiting, Set<Long> ids) {

    /** What is wrong if nobody has anything left to do. */
    List<String> all() {
      List<String> all = new ArrayList<>(wrong);
      count(all, waiting, "rows of fragments that are not covered are in a segment");
      return all;
    }
  }

  static Findings of(StoredTable table, LiveRows live) {
    return new RowInvariant(table, live).check();
  }

  private Findings check() {
    List<String> wrong = new ArrayList<>();
    for (Index segment : table.segments()) {
      Set<Integer> coverage = StoredTable.coverage(segment);
      try {
        table.rows(segment, batch -> add(batch, coverage));
      } catch (IOException | RuntimeException e) {
        wrong.add("segment " + segment.uuid() + " cannot be read: " + e.getMessage());
      }
    }
    long missing = 0;
    long repeated = 0;
    for (Map.Entry<Long, LiveRows.Row> row : live.rows().entrySet()) {
      int times = found.getOrDefault(row.getKey(), 0);
      boolean due =
          row.getValue().vector().isPresent() && covered.contains(row.getValue().fragment());
      missing += due && times == 0 ? 1 : 0;
      repeated += times > 1 ? 1 : 0;
      if ((due && times == 0) || times > 1) {
        ids.add(row.getValue().id());
      }
    }
    count(wrong, missing, "live rows of covered fragments are in no segment");
    count(wrong, repeated, "live rows are in the segments more than once");
    count(wrong, strangers, "rows are in a segment that does not cover their live fragment");
    count(wrong, wrongVectors, "rows have another vector in the index than in the table");
    return new Findings(wrong, waiting, ids);
  }

  private void add(VectorSchemaRoot batch, Set<Integer> coverage) {
    UInt8Vector rowIds = (UInt8Vector) batch.getVector("_rowid");
    Optional<FieldVector> codes = Optional.ofNullable(batch.getVector(FLAT));
    for (int row = 0; row < batch.getRowCount(); row++) {
      long rowId = rowIds.get(row);
      Optional<LiveRows.Row> known = Optional.ofNullable(live.rows().get(rowId));
      if (known.isEmpty()) {
        continue; // dead: whether it costs an answer is for a search to say
      }
      if (coverage.contains(known.get().fragment())) {
        found.merge(rowId, 1, Integer::sum);
        if (codes.isPresent() && differs(known.get(), (FixedSizeListVector) codes.get(), row)) {
          wrongVectors++;
          ids.add(known.get().id());
        }
      } else if (covered.contains(known.get().fragment())) {
        strangers++;
        ids.add(known.get().id());
      } else {
        waiting++;
      }
    }
  }

  private static boolean differs(LiveRows.Row own, FixedSizeListVector vectors, int row) {
    Optional<float[]> stored = LiveRows.vector(vectors, row);
    return own.vector().isPresent()
        && !stored.filter(vector -> Arrays.equals(vector, own.vector().get())).isPresent();
  }

  private static void count(List<String> wrong, long count, String what) {
    if (count > 0) {
      wrong.add(count + " " + what);
    }
  }
}
