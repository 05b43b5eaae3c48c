package dev.freshet.job.oracle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.lance.index.Index;

/**
 * Each live finite row of a covered fragment is in exactly one segment, exactly once; where the
 * codes are the vectors themselves, they are the row's.
 */
final class RowInvariant {

  private static final String FLAT = "flat";

  private final StoredTable table;
  private final LiveRows live;
  private final Set<Integer> fragments;
  private final Map<Long, Integer> found = new HashMap<>();
  private long strangers;
  private long wrongVectors;

  private RowInvariant(StoredTable table, LiveRows live) {
    this.table = table;
    this.live = live;
    this.fragments = table.live();
  }

  /** What is wrong, a line each. */
  static List<String> violations(StoredTable table, LiveRows live) {
    return new RowInvariant(table, live).check();
  }

  private List<String> check() {
    List<String> wrong = new ArrayList<>();
    for (Index segment : table.segments()) {
      Set<Integer> coverage = StoredTable.coverage(segment);
      try {
        table.rows(segment, batch -> add(batch, coverage));
      } catch (IOException | RuntimeException e) {
        wrong.add("segment " + segment.uuid() + " cannot be read: " + e.getMessage());
      }
    }
    Set<Integer> covered = table.covered();
    long missing = 0;
    long repeated = 0;
    for (Map.Entry<Long, LiveRows.Row> row : live.rows().entrySet()) {
      int times = found.getOrDefault(row.getKey(), 0);
      boolean due =
          row.getValue().vector().isPresent() && covered.contains(LiveRows.fragment(row.getKey()));
      missing += due && times == 0 ? 1 : 0;
      repeated += times > 1 ? 1 : 0;
    }
    count(wrong, missing, "live rows of covered fragments are in no segment");
    count(wrong, repeated, "live rows are in the segments more than once");
    count(wrong, strangers, "rows are in a segment that does not cover their live fragment");
    count(wrong, wrongVectors, "rows have another vector in the index than in the table");
    return wrong;
  }

  private void add(VectorSchemaRoot batch, Set<Integer> coverage) {
    UInt8Vector rowIds = (UInt8Vector) batch.getVector("_rowid");
    Optional<FieldVector> codes = Optional.ofNullable(batch.getVector(FLAT));
    for (int row = 0; row < batch.getRowCount(); row++) {
      long rowId = rowIds.get(row);
      int fragment = LiveRows.fragment(rowId);
      if (coverage.contains(fragment)) {
        found.merge(rowId, 1, Integer::sum);
        int at = row;
        codes.ifPresent(vectors -> compare(rowId, (FixedSizeListVector) vectors, at));
      } else if (fragments.contains(fragment)) {
        strangers++;
      }
    }
  }

  private void compare(long rowId, FixedSizeListVector vectors, int row) {
    Optional<float[]> own =
        Optional.ofNullable(live.rows().get(rowId)).flatMap(LiveRows.Row::vector);
    if (own.isPresent()
        && !LiveRows.vector(vectors, row).filter(v -> Arrays.equals(v, own.get())).isPresent()) {
      wrongVectors++;
    }
  }

  private static void count(List<String> wrong, long count, String what) {
    if (count > 0) {
      wrong.add(count + " " + what);
    }
  }
}
