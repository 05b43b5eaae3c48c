package dev.freshet.lance.read;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.VectorBatch;
import dev.freshet.vector.quantizer.VectorPreparation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.arrow.vector.ipc.ArrowReader;

/**
 * Draws rows at random, without replacement and evenly over the live rows of some fragments.
 *
 * <p>Only rows count whose distances float32 can hold ({@link VectorPreparation#isMeasurable});
 * others are replaced by further draws, in at most {@value #ROUNDS} rounds. Holds the sample twice
 * at most: as it comes from Lance, and as arrays.
 */
public final class VectorSample {

  private static final int ROUNDS = 8;
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
    Random random = new Random(seed);
    Set<Long> drawn = new HashSet<>();
    long[] rowIds = new long[count];
    float[] vectors = new float[Math.multiplyExact(count, column.dimension())];
    int rows = 0;
    for (int round = 0; round < ROUNDS && rows < count && drawn.size() < liveRows; round++) {
      List<Long> taken = rowIds(numbers(count - rows, random, drawn));
      try (ArrowReader reader = handle.dataset().takeRows(taken, List.of(ROW_ID, column.name()))) {
        while (reader.loadNextBatch()) {
          VectorBatch batch = VectorDecoder.decode(reader.getVectorSchemaRoot(), column);
          rows = keepMeasurable(batch, rowIds, vectors, rows);
        }
      }
    }
    BitSet valid = new BitSet();
    valid.set(0, rows);
    return new VectorBatch(
        Arrays.copyOf(rowIds, rows),
        Arrays.copyOf(vectors, rows * column.dimension()),
        valid,
        rows);
  }

  /** Fresh numbers among the rows that can be drawn. */
  private Set<Long> numbers(int count, Random random, Set<Long> drawn) {
    long wanted = Math.min(count, liveRows - drawn.size());
    Set<Long> fresh = new HashSet<>();
    if (drawn.size() + wanted > liveRows / 2) { // a small dataset: drawing would miss too often
      List<Long> left =
          LongStream.range(0, liveRows)
              .boxed()
              .filter(row -> !drawn.contains(row))
              .collect(Collectors.toCollection(ArrayList::new));
      Collections.shuffle(left, random);
      fresh.addAll(left.subList(0, (int) wanted));
    }
    while (fresh.size() < wanted) {
      long row = (long) (random.nextDouble() * liveRows);
      if (!drawn.contains(row)) {
        fresh.add(row);
      }
    }
    drawn.addAll(fresh);
    return fresh;
  }

  /**
   * Row ids by number, ascending. Lance can take rows by number too, but then a row of a fragment
   * with deletions costs about a millisecond.
   */
  private List<Long> rowIds(Set<Long> numbers) throws IOException {
    Map<Long, List<Long>> byFragment =
        numbers.stream()
            .sorted()
            .collect(Collectors.groupingBy(starts::floorKey, TreeMap::new, Collectors.toList()));
    List<Long> rowIds = new ArrayList<>(numbers.size());
    for (Map.Entry<Long, List<Long>> drawn : byFragment.entrySet()) {
      LongUnaryOperator rowId = rowIds(starts.get(drawn.getKey()));
      drawn.getValue().forEach(row -> rowIds.add(rowId.applyAsLong(row - drawn.getKey())));
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

  private int keepMeasurable(VectorBatch batch, long[] rowIds, float[] vectors, int at) {
    int dimension = column.dimension();
    int next = at;
    for (int row = 0; row < batch.rows(); row++) {
      if (batch.valid().get(row)
          && VectorPreparation.isMeasurable(batch.vectors(), row * dimension, dimension, metric)) {
        rowIds[next] = batch.rowIds()[row];
        System.arraycopy(batch.vectors(), row * dimension, vectors, next * dimension, dimension);
        next++;
      }
    }
    return next;
  }
}
