package dev.freshet.lance.read;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.Metric;
import dev.freshet.state.model.RowRange;
import dev.freshet.vector.quantizer.VectorBatch;
import dev.freshet.vector.quantizer.VectorPreparation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.apache.arrow.vector.ipc.ArrowReader;

/**
 * Draws rows at random, without replacement and evenly over the live rows of some fragments.
 *
 * <p>Only rows count whose distances float32 can hold ({@link VectorPreparation#isMeasurable});
 * others are replaced by further draws, in at most {@value #ROUNDS} rounds. Holds the sample, and
 * some batches of 8 MiB.
 */
public final class VectorSample {

  private static final int ROUNDS = 8;

  /** Fragments are read whole for more than one row in so many of all: that is faster then. */
  private static final int SCANNED = 2;

  private static final long BATCH_BYTES = 8L << 20;
  private static final String ROW_ID = "_rowid";

  private final DatasetHandle handle;
  private final VectorColumn column;
  private final Metric metric;

  /** The fragments to draw from, by the number of their first row among all that can be drawn. */
  private final NavigableMap<Long, Fragment> starts = new TreeMap<>();

  private final long liveRows;

  /**
   * @param metric of the distances
   * @param coverage fragments to draw from
   */
  public VectorSample(DatasetHandle handle, VectorColumn column, Metric metric, Coverage coverage) {
    this.handle = handle;
    this.column = column;
    this.metric = metric;
    long before = 0;
    for (Fragment fragment : ManifestReader.fragments(handle)) {
      if (coverage.contains(fragment.id()) && fragment.liveRows() > 0) {
        starts.put(before, fragment);
        before += fragment.liveRows();
      }
    }
    this.liveRows = before;
  }

  /** Live rows that can be drawn, those without a vector too. */
  public long liveRows() {
    return liveRows;
  }

  /**
   * Up to {@code count} rows with measurable vectors; fewer if there are not as many.
   *
   * @param seed the same seed on the same version draws the same rows
   */
  public VectorBatch draw(int count, long seed) throws IOException {
    RowDraws draws = new RowDraws(liveRows, seed);
    Kept kept = new Kept((int) Math.min(count, liveRows));
    for (int round = 0; round < ROUNDS && kept.rows < count && draws.left() > 0; round++) {
      long[] numbers = draws.draw(count - kept.rows);
      if (numbers.length > liveRows / SCANNED) {
        scan(numbers, kept);
      } else {
        take(numbers, kept);
      }
    }
    return kept.batch();
  }

  /**
   * Reads the fragments of the rows from end to end.
   *
   * @param numbers ascending
   */
  private void scan(long[] numbers, Kept kept) throws IOException {
    List<RowRange> ranges = new ArrayList<>();
    long[] places = new long[numbers.length]; // among the rows that are read
    long passed = 0;
    int next = 0;
    for (Map.Entry<Long, Fragment> start : starts.entrySet()) {
      long rows = start.getValue().liveRows();
      int first = next;
      for (; next < numbers.length && numbers[next] < start.getKey() + rows; next++) {
        places[next] = numbers[next] - passed;
      }
      if (next == first) {
        passed += rows;
      } else {
        ranges.add(new RowRange(start.getValue().id(), 0, rows, rows));
      }
    }
    try (VectorScan scan = new VectorScan(handle, column, ranges, BATCH_BYTES)) {
      long before = 0;
      next = 0;
      for (Optional<VectorBatch> batch = scan.next(); batch.isPresent(); batch = scan.next()) {
        int rows = batch.get().rows();
        for (; next < places.length && places[next] < before + rows; next++) {
          kept.add(batch.get(), (int) (places[next] - before));
        }
        before += rows;
      }
    }
  }

  /** Takes rows by their ids, some at a time. */
  private void take(long[] numbers, Kept kept) throws IOException {
    List<Long> rowIds = rowIds(numbers);
    int some = (int) Math.max(1, BATCH_BYTES / ((long) column.dimension() * Float.BYTES));
    for (int from = 0; from < rowIds.size(); from += some) {
      List<Long> part = rowIds.subList(from, Math.min(rowIds.size(), from + some));
      try (ArrowReader reader = handle.dataset().takeRows(part, List.of(ROW_ID, column.name()))) {
        while (reader.loadNextBatch()) {
          VectorBatch batch = VectorDecoder.decode(reader.getVectorSchemaRoot(), column);
          for (int row = 0; row < batch.rows(); row++) {
            kept.add(batch, row);
          }
        }
      }
    }
  }

  /**
   * Row ids by number, ascending. Lance can take rows by number too, but then a row of a fragment
   * with deletions costs about a millisecond.
   */
  private List<Long> rowIds(long[] numbers) throws IOException {
    List<Long> rowIds = new ArrayList<>(numbers.length);
    int next = 0;
    while (next < numbers.length) {
      Map.Entry<Long, Fragment> start = starts.floorEntry(numbers[next]);
      LongUnaryOperator rowId = rowIds(start.getValue());
      long end = start.getKey() + start.getValue().liveRows();
      for (; next < numbers.length && numbers[next] < end; next++) {
        rowIds.add(rowId.applyAsLong(numbers[next] - start.getKey()));
      }
    }
    return rowIds;
  }

  /** From a live row's number within its fragment to its id. */
  private LongUnaryOperator rowIds(Fragment fragment) throws IOException {
    if (fragment.deletedRows() == 0 && !handle.stableRowIds()) {
      long first = (long) fragment.id() << Integer.SIZE;
      return row -> first + row;
    }
    long[] live = LiveRowIds.of(handle, fragment.id());
    return row -> live[(int) row];
  }

  /** The rows that count, so far. */
  private final class Kept {
    private final long[] rowIds;
    private final float[] vectors;
    private int rows;

    Kept(int most) {
      this.rowIds = new long[most];
      this.vectors = new float[Math.multiplyExact(most, column.dimension())];
    }

    /** Takes a row unless it cannot be measured. */
    void add(VectorBatch batch, int row) {
      int dimension = column.dimension();
      int at = row * dimension;
      if (batch.valid().get(row)
          && VectorPreparation.isMeasurable(batch.vectors(), at, dimension, metric)) {
        rowIds[rows] = batch.rowIds()[row];
        System.arraycopy(batch.vectors(), at, vectors, rows * dimension, dimension);
        rows++;
      }
    }

    VectorBatch batch() {
      BitSet valid = new BitSet();
      valid.set(0, rows);
      boolean all = rows == rowIds.length;
      return new VectorBatch(
          all ? rowIds : Arrays.copyOf(rowIds, rows),
          all ? vectors : Arrays.copyOf(vectors, rows * column.dimension()),
          valid,
          rows);
    }
  }
}
