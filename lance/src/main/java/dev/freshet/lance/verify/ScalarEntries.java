package dev.freshet.lance.verify;

import dev.freshet.lance.dataset.BatchScan;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.read.LiveRows;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ScalarType;
import dev.freshet.vector.format.BitmapReader;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.ScalarSegment;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongPredicate;
import org.apache.arrow.memory.util.hash.ArrowBufHasher;
import org.apache.arrow.memory.util.hash.MurmurHasher;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.ValueVector;
import org.lance.ipc.ScanOptions;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * Compares every entry of a segment of values with the present value of its row.
 *
 * <p>Both sides are summed up, as pairs of value and row id in any order, so memory is a batch and
 * the ids of the live rows: 2 bytes a row at most. A wrong entry is missed once in 4 billion times.
 */
public final class ScalarEntries {

  /** Few, as texts may be long. */
  private static final int BATCH_ROWS = 1024;

  private static final String ROW_ID = "_rowid";
  private static final ArrowBufHasher HASHER = new MurmurHasher();
  private static final long NULL = -1;
  private static final long NULL_LIST = -2;

  private final DatasetHandle dataset;
  private final String column;
  private final ScalarType type;
  private final IndexStorage storage;

  /**
   * @param dataset the version to compare with
   * @param type of the index
   * @param storage of the dataset's segments
   */
  public ScalarEntries(
      DatasetHandle dataset, String column, ScalarType type, IndexStorage storage) {
    this.dataset = dataset;
    this.column = column;
    this.type = type;
    this.storage = storage;
  }

  /**
   * What tells the entries of the fragments' live rows from those rows, one line; empty if nothing
   * does.
   *
   * @param fragments live ones that the segment covers
   */
  public Optional<String> difference(UUID segment, Coverage fragments) throws IOException {
    if (fragments.isEmpty()) {
      return Optional.empty();
    }
    Roaring64Bitmap live = LiveRows.ids(dataset, fragments);
    Digest entries = entries(ScalarSegment.open(storage, segment, type), live::contains);
    Digest rows = rows(fragments);
    if (entries.pairs != rows.pairs) {
      return Optional.of(
          "it has "
              + entries.pairs
              + " entries for "
              + rows.pairs
              + (type.hasEntryForNull() ? " live rows" : " values of live rows"));
    }
    return entries.sum == rows.sum
        ? Optional.empty()
        : Optional.of("some of its entries are not the present values of their rows");
  }

  private Digest entries(ScalarSegment segment, LongPredicate live) throws IOException {
    Digest digest = new Digest();
    segment.entries(
        dataset.allocator(),
        (values, place, id) -> {
          if (live.test(id)) {
            digest.add(values, place, id);
          }
        });
    if (segment instanceof BitmapReader bitmaps) {
      bitmaps.nullLists(
          id -> {
            if (live.test(id)) {
              digest.add(NULL_LIST, id);
            }
          });
    }
    return digest;
  }

  private Digest rows(Coverage fragments) throws IOException {
    Digest digest = new Digest();
    IndexedValues indexed = new IndexedValues(type);
    ScanOptions options =
        new ScanOptions.Builder()
            .fragmentIds(fragments.toList())
            .columns(List.of(column))
            .withRowId(true)
            .batchSize(BATCH_ROWS)
            .build();
    try (BatchScan scan = new BatchScan(dataset, options)) {
      while (scan.next()) {
        UInt8Vector ids = (UInt8Vector) scan.batch().getVector(ROW_ID);
        ValueVector values = scan.batch().getVector(column);
        for (int row = 0; row < scan.batch().getRowCount(); row++) {
          long id = ids.get(row);
          if (type.isOverLists() && values.isNull(row)) {
            digest.add(NULL_LIST, id);
          } else {
            indexed.of(values, row, (vector, place) -> digest.add(vector, place, id));
          }
        }
      }
    }
    return digest;
  }

  /** How many pairs there were, and the sum of their hashes. */
  private static final class Digest {

    private long pairs;
    private long sum;

    private void add(ValueVector values, int place, long id) {
      boolean isNull = values.isNull(place);
      add(isNull ? NULL : Integer.toUnsignedLong(values.hashCode(place, HASHER)), id);
    }

    /** Mixed as by SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom numbers, 2014). */
    private void add(long value, long id) {
      long mixed = id * 0x9E3779B97F4A7C15L + value;
      mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
      mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
      pairs++;
      sum += mixed ^ (mixed >>> 31);
    }
  }
}
