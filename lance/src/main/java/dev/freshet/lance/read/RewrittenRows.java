package dev.freshet.lance.read;

import dev.freshet.lance.dataset.BatchScan;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.FieldFiles;
import dev.freshet.state.model.Coverage;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compare.Range;
import org.apache.arrow.vector.compare.RangeEqualsVisitor;
import org.lance.ipc.ScanOptions;
import org.lance.schema.LanceField;

/**
 * Live rows of a fragment that have another value than in a version before, in any column that was
 * rewritten in place. Memory: a bit for each row, and a few batches of these columns.
 */
public final class RewrittenRows {

  private static final String ADDRESS = "_rowaddr";
  private static final long BATCH_ROWS = 1 << 10;

  private final BitSet positions;

  private RewrittenRows(BitSet positions) {
    this.positions = positions;
  }

  /**
   * Compares the rewritten columns of both versions row by row.
   *
   * @param fragment id of a fragment that both have
   */
  public static RewrittenRows find(DatasetHandle before, DatasetHandle after, int fragment)
      throws IOException {
    Set<Integer> fields =
        FieldFiles.of(before, Coverage.of(fragment))
            .fieldsRewrittenIn(FieldFiles.of(after, Coverage.of(fragment)), fragment);
    SortedMap<Integer, String> were = columns(before, fields);
    SortedMap<Integer, String> are = columns(after, fields);
    were.keySet().retainAll(are.keySet());
    are.keySet().retainAll(were.keySet());
    try (Cursor old = new Cursor(before, fragment, List.copyOf(were.values()));
        Cursor now = new Cursor(after, fragment, List.copyOf(are.values()))) {
      return new RewrittenRows(differences(old, now));
    }
  }

  /** Names of the columns that hold any of the fields, by their own field's id. */
  private static SortedMap<Integer, String> columns(DatasetHandle version, Set<Integer> fields) {
    SortedMap<Integer, String> columns = new TreeMap<>();
    for (LanceField column : version.dataset().getLanceSchema().fields()) {
      Set<Integer> ids = new HashSet<>();
      FieldFiles.addIds(List.of(column), ids);
      ids.retainAll(fields);
      if (!ids.isEmpty()) {
        columns.put(column.getId(), column.getName());
      }
    }
    return columns;
  }

  private static BitSet differences(Cursor old, Cursor now) throws IOException {
    List<RangeEqualsVisitor> comparisons = comparisons(old, now);
    BitSet differences = new BitSet();
    boolean more = old.next();
    while (now.next()) {
      while (more && old.address() < now.address()) {
        more = old.next();
      }
      Range both = new Range(old.row, now.row, 1);
      boolean same =
          more
              && old.address() == now.address()
              && comparisons.stream().allMatch(comparison -> comparison.rangeEquals(both));
      if (!same) {
        differences.set((int) now.address());
      }
    }
    return differences;
  }

  /** Of columns by their order; the names may have changed, the types of a field do not. */
  private static List<RangeEqualsVisitor> comparisons(Cursor old, Cursor now) throws IOException {
    VectorSchemaRoot before = old.scan.batch();
    VectorSchemaRoot after = now.scan.batch();
    return IntStream.range(0, old.columns.size())
        .mapToObj(
            i ->
                new RangeEqualsVisitor(
                    before.getVector(old.columns.get(i)),
                    after.getVector(now.columns.get(i)),
                    (one, other) -> true))
        .toList();
  }

  /**
   * Whether a row of a scan is one of these.
   *
   * @param batch of a scan of the later version that gives addresses
   */
  public boolean contains(VectorSchemaRoot batch, int row) {
    return positions.get((int) ((UInt8Vector) batch.getVector(ADDRESS)).get(row));
  }

  /** Goes through the live rows of a fragment, by their positions. */
  private static final class Cursor implements AutoCloseable {
    private final List<String> columns;
    private final BatchScan scan;
    private int row = -1;

    private Cursor(DatasetHandle version, int fragment, List<String> columns) {
      this.columns = columns;
      this.scan =
          new BatchScan(
              version,
              new ScanOptions.Builder()
                  .fragmentIds(List.of(fragment))
                  .columns(columns)
                  .withRowAddress(true)
                  .batchSize(BATCH_ROWS)
                  .batchReadahead(TableScan.READ_AHEAD)
                  .build());
    }

    private boolean next() throws IOException {
      row++;
      while (row >= scan.batch().getRowCount()) {
        if (!scan.next()) {
          return false;
        }
        row = 0;
      }
      return true;
    }

    private long address() throws IOException {
      return ((UInt8Vector) scan.batch().getVector(ADDRESS)).get(row);
    }

    @Override
    public void close() throws IOException {
      scan.close();
    }
  }
}
