package dev.freshet.lance.read;

import dev.freshet.lance.dataset.BatchScan;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.LanceErrors;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.lance.ipc.ScanOptions;

/**
 * Reads live rows of one fragment of a version as Arrow batches. The order is the same each time,
 * so a scan can go on where another one stopped.
 */
public final class TableScan implements AutoCloseable {

  /** Lance reads this many batches ahead. */
  static final int READ_AHEAD = 2;

  /**
   * Which rows of a fragment are read.
   *
   * @param columns names; may be empty, then only rows are counted
   * @param filter a predicate in Lance's SQL
   * @param offset matching rows to leave out first
   * @param limit most rows to read
   * @param batchRows most rows of a batch
   * @param addresses whether to read where each row is stored, too, for {@link RewrittenRows}
   */
  public record Request(
      List<String> columns,
      Optional<String> filter,
      long offset,
      long limit,
      long batchRows,
      boolean addresses) {
    public Request {
      columns = List.copyOf(columns);
      Objects.requireNonNull(filter, "filter");
      if (offset < 0 || limit < 0 || batchRows < 1) {
        throw new IllegalArgumentException(
            "A scan needs an offset and a limit from 0 and batches of at least a row: "
                + offset
                + ", "
                + limit
                + ", "
                + batchRows);
      }
    }
  }

  private final BatchScan scan;

  /**
   * @param handle it must outlive the scan
   * @throws DatasetException if the columns or the filter do not fit the dataset
   */
  public TableScan(DatasetHandle handle, int fragment, Request request) {
    ScanOptions.Builder options =
        new ScanOptions.Builder()
            .fragmentIds(List.of(fragment))
            .columns(request.columns())
            .withRowId(request.columns().isEmpty())
            .withRowAddress(request.addresses())
            .batchSize(request.batchRows())
            .batchReadahead(READ_AHEAD);
    request.filter().ifPresent(options::filter);
    if (request.offset() > 0) {
      options.offset(request.offset());
    }
    if (request.limit() < Long.MAX_VALUE) {
      options.limit(request.limit());
    }
    try {
      this.scan = new BatchScan(handle, options.build());
    } catch (RuntimeException e) {
      throw new DatasetException("Cannot scan " + handle + ": " + LanceErrors.oneLine(e), e);
    }
  }

  /** Whether there is another batch; it replaces the one before. */
  public boolean next() throws IOException {
    return scan.next();
  }

  /** The batch that {@link #next} read. */
  public VectorSchemaRoot batch() throws IOException {
    return scan.batch();
  }

  @Override
  public void close() throws IOException {
    scan.close();
  }
}
