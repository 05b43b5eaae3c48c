package dev.freshet.lance.read;

import dev.freshet.lance.dataset.BatchScan;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.state.model.RowRange;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.lance.ipc.ScanOptions;

/**
 * Reads ranges of rows of a pinned version, batch by batch, in the order of the ranges. The vectors
 * of a batch stand until the next one.
 *
 * <p>Neighbouring ranges that are whole fragments are read by one scanner, so that its read-ahead
 * crosses them, and so do batches. A batch holds at most {@code batchBytes} of vectors as float32
 * and row ids, at least one row; Lance reads up to {@value #READ_AHEAD} batches ahead.
 */
public final class VectorScan implements AutoCloseable {

  static final int READ_AHEAD = 4;

  private final DatasetHandle handle;
  private final VectorColumn column;
  private final long batchRows;
  private final Deque<List<RowRange>> waiting;
  private Optional<Running> running = Optional.empty();
  private final BatchBuffer buffer = new BatchBuffer();

  /** One scanner, what it reads from, and the rows that must still come. */
  private static final class Running {
    private final BatchScan scan;
    private final List<RowRange> ranges;
    private long missing;
    private boolean loaded;

    private Running(BatchScan scan, List<RowRange> ranges) {
      this.scan = scan;
      this.ranges = ranges;
      this.missing = ranges.stream().mapToLong(RowRange::rows).sum();
    }
  }

  /**
   * @param handle at the version that the ranges name; it must outlive the scan
   * @param batchBytes most bytes of one batch
   */
  public VectorScan(
      DatasetHandle handle, VectorColumn column, List<RowRange> ranges, long batchBytes) {
    this.handle = handle;
    this.column = column;
    this.batchRows =
        Math.max(1, batchBytes / ((long) column.dimension() * Float.BYTES + Long.BYTES));
    this.waiting = scans(ranges);
  }

  /**
   * The next batch; empty at the end.
   *
   * @throws IllegalStateException if a range has not the rows it names
   */
  public Optional<VectorBatch> next() throws IOException {
    return next(buffer);
  }

  /**
   * The next batch, in a buffer of the caller: it stands until that is used again.
   *
   * @throws IllegalStateException if a range has not the rows it names
   */
  public Optional<VectorBatch> next(BatchBuffer into) throws IOException {
    into.clear();
    for (Optional<Running> one = loaded(); one.isPresent(); one = loaded()) {
      VectorSchemaRoot batch = one.get().scan.batch();
      if (into.rows() > 0 && into.rows() + batch.getRowCount() > batchRows) {
        break; // the next batch begins with it
      }
      into.add(batch, column, batchRows);
      one.get().missing -= batch.getRowCount();
      one.get().loaded = false;
    }
    return into.rows() > 0 ? Optional.of(into.batch()) : Optional.empty();
  }

  /** The scanner that has a batch that was not taken; empty at the end. */
  private Optional<Running> loaded() throws IOException {
    while (running.isPresent() || !waiting.isEmpty()) {
      if (running.isEmpty()) {
        running = Optional.of(start(waiting.removeFirst()));
      }
      Running current = running.get();
      if (current.loaded || current.scan.next()) {
        current.loaded = true;
        return running;
      }
      finish(current);
    }
    return Optional.empty();
  }

  private Running start(List<RowRange> ranges) {
    ScanOptions.Builder options =
        new ScanOptions.Builder()
            .fragmentIds(ranges.stream().map(RowRange::fragment).toList())
            .columns(List.of(column.name()))
            .withRowId(true)
            .batchSize(batchRows)
            .batchReadahead(READ_AHEAD);
    RowRange first = ranges.get(0);
    if (first.rows() < first.fragmentRows()) {
      options.offset(first.offset()).limit(first.rows());
    }
    return new Running(new BatchScan(handle, options.build()), ranges);
  }

  private void finish(Running finished) throws IOException {
    close();
    if (finished.missing != 0) {
      throw new IllegalStateException(
          "Rows "
              + finished.ranges
              + " of "
              + handle
              + ": "
              + Math.abs(finished.missing)
              + (finished.missing > 0 ? " missing" : " too many"));
    }
  }

  /** Runs of whole fragments together, each part of a fragment alone, empty ranges left out. */
  private static Deque<List<RowRange>> scans(List<RowRange> ranges) {
    Deque<List<RowRange>> scans = new ArrayDeque<>();
    boolean open = false;
    for (RowRange range : ranges) {
      boolean whole = range.rows() == range.fragmentRows();
      if (range.rows() == 0) {
        continue;
      }
      if (!(whole && open)) {
        scans.addLast(new ArrayList<>());
      }
      scans.getLast().add(range);
      open = whole;
    }
    return scans;
  }

  @Override
  public void close() throws IOException {
    if (running.isPresent()) {
      BatchScan scan = running.get().scan;
      running = Optional.empty();
      scan.close();
    }
  }
}
