package dev.freshet.lance.dataset;

import java.io.IOException;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.lance.ipc.LanceScanner;
import org.lance.ipc.ScanOptions;
import org.lance.ipc.ScanStats;

/** A running scan: Lance's scanner and the Arrow reader of its batches, closed together. */
public final class BatchScan implements AutoCloseable {

  private final LanceScanner scanner;
  private final ArrowReader reader;

  public BatchScan(DatasetHandle handle, ScanOptions options) {
    this.scanner = LanceScanner.create(handle.dataset(), options, handle.allocator());
    try {
      this.reader = scanner.scanBatches();
    } catch (RuntimeException e) {
      closeScanner(e);
      throw e;
    }
  }

  /** A scan of one column of some fragments, so many rows at a time. */
  public static BatchScan ofColumn(
      DatasetHandle handle, String column, List<Integer> fragments, long batchRows) {
    return new BatchScan(
        handle,
        new ScanOptions.Builder()
            .fragmentIds(fragments)
            .columns(List.of(column))
            .batchSize(batchRows)
            .build());
  }

  /** Whether there is another batch; it replaces the one before. */
  public boolean next() throws IOException {
    return reader.loadNextBatch();
  }

  public VectorSchemaRoot batch() throws IOException {
    return reader.getVectorSchemaRoot();
  }

  /** The counters, if they were asked for; complete after the last batch. */
  public ScanStats counters() {
    return scanner
        .getStats()
        .orElseThrow(() -> new IllegalStateException("The scan kept no counters"));
  }

  private void closeScanner(RuntimeException failure) {
    try {
      scanner.close();
    } catch (Exception e) { // as declared; it throws nothing checked
      failure.addSuppressed(e);
    }
  }

  @Override
  public void close() throws IOException {
    RuntimeException failure = new IllegalStateException("Could not close a scan");
    try {
      reader.close();
    } finally {
      closeScanner(failure);
    }
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }
}
