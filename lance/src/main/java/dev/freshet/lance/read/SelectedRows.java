package dev.freshet.lance.read;

import dev.freshet.lance.dataset.BatchScan;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.LanceErrors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.lance.ipc.ScanOptions;

/**
 * Live rows of one version that were looked for.
 *
 * @param offsets positions of the rows in each fragment that has any
 */
public record SelectedRows(SortedMap<Integer, List<Integer>> offsets) {

  private static final String ADDRESS = "_rowaddr";
  private static final long BATCH_ROWS = 1 << 14;

  public SelectedRows {
    offsets = new TreeMap<>(offsets);
  }

  /** Tells which rows are meant. */
  public interface Selection {

    /** Looks at another batch of the columns; it replaces the one before. */
    Rows in(VectorSchemaRoot batch);

    /** Tells which rows of a batch are meant. */
    interface Rows {
      boolean contains(int row);
    }
  }

  /** No row. */
  public static SelectedRows none() {
    return new SelectedRows(new TreeMap<>());
  }

  /**
   * Reads some columns of all live rows, and keeps those that are selected. Memory: a few batches
   * of {@value #BATCH_ROWS} rows, and 20 bytes for each row that is found.
   *
   * @throws DatasetException if there are no such columns
   */
  public static SelectedRows find(DatasetHandle handle, List<String> columns, Selection selection)
      throws IOException {
    ScanOptions options =
        new ScanOptions.Builder()
            .columns(columns)
            .withRowAddress(true)
            .batchSize(BATCH_ROWS)
            .batchReadahead(TableScan.READ_AHEAD)
            .build();
    SortedMap<Integer, List<Integer>> found = new TreeMap<>();
    try (BatchScan scan = open(handle, options)) {
      while (scan.next()) {
        VectorSchemaRoot batch = scan.batch();
        UInt8Vector addresses = (UInt8Vector) batch.getVector(ADDRESS);
        Selection.Rows rows = selection.in(batch);
        for (int row = 0; row < batch.getRowCount(); row++) {
          if (rows.contains(row)) {
            add(found, addresses.get(row));
          }
        }
      }
    }
    return new SelectedRows(found);
  }

  private static BatchScan open(DatasetHandle handle, ScanOptions options) {
    try {
      return new BatchScan(handle, options);
    } catch (RuntimeException e) {
      throw new DatasetException("Cannot scan " + handle + ": " + LanceErrors.oneLine(e), e);
    }
  }

  /** An address is the fragment's id, then the position in it, 32 bits each. */
  private static void add(SortedMap<Integer, List<Integer>> found, long address) {
    found
        .computeIfAbsent((int) (address >>> Integer.SIZE), fragment -> new ArrayList<>())
        .add((int) address);
  }

  public boolean isEmpty() {
    return offsets.isEmpty();
  }

  public int count() {
    return offsets.values().stream().mapToInt(List::size).sum();
  }
}
