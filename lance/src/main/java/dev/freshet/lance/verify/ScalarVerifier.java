package dev.freshet.lance.verify;

import dev.freshet.lance.dataset.BatchScan;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.LanceErrors;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ScalarType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.ValueVector;
import org.lance.ipc.ScanOptions;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * Asks Lance the same with an index and without, and compares the answers: rows that have sampled
 * values or have them not, one of them, all, those between, null and not null.
 */
public final class ScalarVerifier {

  private static final int VALUES = 8;

  /** Few, as texts may be long. */
  private static final int BATCH_ROWS = 1024;

  /**
   * What a query answers.
   *
   * @param byIndex whether an index was looked into
   */
  private record Answer(Roaring64Bitmap rows, boolean byIndex) {}

  private final String column;
  private final ScalarType type;
  private final long seed;

  /**
   * @param type of the index
   * @param seed of the choice of values
   */
  public ScalarVerifier(String column, ScalarType type, long seed) {
    this.column = column;
    this.type = type;
    this.seed = seed;
  }

  /**
   * What is wrong with the answers, one line; empty if nothing is. It is wrong, too, if none of
   * them came by an index. Reads the column of the fragments about ten times.
   *
   * @param handle the version that is asked, with no other index of the column
   * @param fragments those whose rows are asked for
   * @throws dev.freshet.lance.dataset.UnsearchableSegmentException if a query with the index fails
   */
  public Optional<String> difference(DatasetHandle handle, Coverage fragments) throws IOException {
    if (fragments.isEmpty()) {
      return Optional.empty();
    }
    List<String> values = values(handle, fragments);
    boolean used = false;
    for (String predicate : new ScalarPredicates(column, type).over(values)) {
      Roaring64Bitmap expected = ask(handle, fragments, predicate, false).rows();
      Answer answer = askIndex(handle, fragments, predicate);
      Roaring64Bitmap found = answer.rows();
      used |= answer.byIndex();
      if (!found.equals(expected)) {
        return Optional.of(
            "it finds "
                + found.getLongCardinality()
                + " rows by "
                + predicate
                + " where "
                + expected.getLongCardinality()
                + " are right");
      }
    }
    return used || values.isEmpty()
        ? Optional.empty()
        : Optional.of("Lance answers no filter by it");
  }

  /** Some values, each with the same chance (reservoir sampling, Vitter's algorithm R). */
  private List<String> values(DatasetHandle handle, Coverage fragments) throws IOException {
    Reservoir reservoir = new Reservoir(VALUES, new Random(seed));
    IndexedValues indexed = new IndexedValues(type);
    try (BatchScan scan = BatchScan.ofColumn(handle, column, fragments.toList(), BATCH_ROWS)) {
      while (scan.next()) {
        ValueVector batch = scan.batch().getVector(column);
        for (int row = 0; row < scan.batch().getRowCount(); row++) {
          indexed.of(batch, row, reservoir::offer);
        }
      }
    }
    return reservoir.values();
  }

  private static Answer askIndex(DatasetHandle handle, Coverage fragments, String predicate)
      throws IOException {
    try {
      return ask(handle, fragments, predicate, true);
    } catch (IOException | RuntimeException e) {
      throw LanceErrors.unsearchable(e);
    }
  }

  private static Answer ask(
      DatasetHandle handle, Coverage fragments, String predicate, boolean indexed)
      throws IOException {
    Roaring64Bitmap rows = new Roaring64Bitmap();
    ScanOptions options =
        new ScanOptions.Builder()
            .fragmentIds(fragments.toList())
            .columns(List.of())
            .withRowId(true)
            .filter(predicate)
            .useScalarIndex(indexed)
            .collectStats(true)
            .build();
    try (BatchScan scan = new BatchScan(handle, options)) {
      while (scan.next()) {
        UInt8Vector ids = (UInt8Vector) scan.batch().getVector("_rowid");
        for (int row = 0; row < scan.batch().getRowCount(); row++) {
          rows.addLong(ids.get(row));
        }
      }
      return new Answer(rows, scan.counters().getIndexComparisons() > 0);
    }
  }

  /** Some of the values that it was offered, as filters write them. */
  private static final class Reservoir {

    private final List<String> values = new ArrayList<>();
    private final int size;
    private final Random random;
    private long seen;

    private Reservoir(int size, Random random) {
      this.size = size;
      this.random = random;
    }

    private void offer(ValueVector vector, int place) {
      if (vector.isNull(place)) {
        return;
      }
      seen++;
      long chosen = values.size() < size ? values.size() : random.nextLong(seen);
      if (chosen < size) {
        SqlLiteral.of(vector, place).ifPresent(value -> put((int) chosen, value));
      }
    }

    private void put(int chosen, String value) {
      if (chosen == values.size()) {
        values.add(value);
      } else {
        values.set(chosen, value);
      }
    }

    private List<String> values() {
      return values;
    }
  }
}
