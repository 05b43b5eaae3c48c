package dev.freshet.lance.verify;

import dev.freshet.lance.dataset.BatchScan;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.LanceErrors;
import dev.freshet.state.model.Coverage;
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
 * Asks Lance the same with an index and without, and compares the answers: rows equal to sampled
 * values, one of them, between two, other than one, null and not null.
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
  private final long seed;

  /**
   * @param seed of the choice of values
   */
  public ScalarVerifier(String column, long seed) {
    this.column = "`" + column + "`";
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
    for (String predicate : predicates(values)) {
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

  private List<String> predicates(List<String> values) {
    List<String> predicates = new ArrayList<>();
    predicates.add(column + " IS NULL");
    predicates.add(column + " IS NOT NULL");
    for (String value : values.subList(0, Math.min(2, values.size()))) {
      predicates.add(column + " = " + value);
      predicates.add("NOT (" + column + " = " + value + ")");
      predicates.add(column + " < " + value);
    }
    if (!values.isEmpty()) {
      String last = values.get(values.size() - 1);
      predicates.add(column + " IN (" + String.join(", ", values) + ")");
      predicates.add(column + " >= " + values.get(0) + " AND " + column + " <= " + last);
      predicates.add(column + " >= " + last + " AND " + column + " <= " + values.get(0));
    }
    return predicates;
  }

  /** Some values, each row with the same chance (reservoir sampling, Vitter's algorithm R). */
  private List<String> values(DatasetHandle handle, Coverage fragments) throws IOException {
    Random random = new Random(seed);
    List<String> values = new ArrayList<>();
    String name = column.substring(1, column.length() - 1);
    long seen = 0;
    try (BatchScan scan = BatchScan.ofColumn(handle, name, fragments.toList(), BATCH_ROWS)) {
      while (scan.next()) {
        ValueVector batch = scan.batch().getVector(name);
        for (int row = 0; row < scan.batch().getRowCount(); row++) {
          if (!batch.isNull(row)) {
            seen++;
            long place = values.size() < VALUES ? values.size() : random.nextLong(seen);
            SqlLiteral.of(batch, row)
                .filter(value -> place < VALUES)
                .ifPresent(value -> put(values, (int) place, value));
          }
        }
      }
    }
    return values;
  }

  private static void put(List<String> values, int place, String value) {
    if (place == values.size()) {
      values.add(value);
    } else {
      values.set(place, value);
    }
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
}
