package dev.freshet.sql.source;

import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.read.RewrittenRows;
import dev.freshet.lance.read.TableScan;
import dev.freshet.sql.types.ArrowRowReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.table.data.RowData;

/** Reads what is left of a split, a batch at a time. */
final class SplitScan implements AutoCloseable {

  private final FragmentSplit split;
  private final ScanSettings settings;
  private final Optional<RewrittenRows> rewritten;
  private final TableScan scan;

  /** Rewritten rows that were emitted before; of all rows the scan itself leaves them out. */
  private long emitted;

  /**
   * @param versions of the dataset; it must not be asked for another version while this is open
   */
  SplitScan(FragmentSplit split, ScanSettings settings, DatasetVersions versions)
      throws IOException {
    this.split = split;
    this.settings = settings;
    this.rewritten =
        split.rewritten() ? Optional.of(rewritten(split, settings, versions)) : Optional.empty();
    this.emitted = split.rewritten() ? split.rowsRead() : 0;
    this.scan =
        new TableScan(versions.at(split.version()), split.fragment(), settings.request(split));
  }

  private static RewrittenRows rewritten(
      FragmentSplit split, ScanSettings settings, DatasetVersions versions) throws IOException {
    try (DatasetVersions before = new DatasetVersions(settings.location(), ArrowBudget.SAMPLE)) {
      return RewrittenRows.find(
          before.at(split.version() - 1), versions.at(split.version()), split.fragment());
    }
  }

  String id() {
    return split.splitId();
  }

  /** Whether there is another batch; it replaces the one before. */
  boolean next() throws IOException {
    return scan.next();
  }

  /** The rows of the batch. */
  List<RowData> rows() throws IOException {
    ArrowRowReader reader = new ArrowRowReader(settings.rows(), scan.batch());
    int count = scan.batch().getRowCount();
    List<RowData> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      if (isWanted(i)) {
        rows.add(reader.read(i));
      }
    }
    return rows;
  }

  private boolean isWanted(int row) throws IOException {
    if (rewritten.isEmpty()) {
      return true;
    }
    if (!rewritten.get().contains(scan.batch(), row)) {
      return false;
    }
    emitted--;
    return emitted < 0;
  }

  @Override
  public void close() throws IOException {
    scan.close();
  }
}
