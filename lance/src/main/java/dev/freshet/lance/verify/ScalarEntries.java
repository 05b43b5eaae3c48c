package dev.freshet.lance.verify;

import dev.freshet.lance.dataset.BatchScan;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.read.LiveRows;
import dev.freshet.state.model.Coverage;
import dev.freshet.vector.format.BTreeReader;
import dev.freshet.vector.format.IndexStorage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongPredicate;
import org.apache.arrow.memory.util.hash.ArrowBufHasher;
import org.apache.arrow.memory.util.hash.MurmurHasher;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.lance.file.LanceFileReader;
import org.lance.ipc.ScanOptions;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * Compares every entry of a BTREE segment with the present value of its row.
 *
 * <p>Both sides are summed up, as pairs of value and row id in any order, so memory is a batch and
 * the ids of the live rows: 2 bytes a row at most. A wrong entry is missed once in 4 billion times.
 */
public final class ScalarEntries {

  /** Few, as texts may be long. */
  private static final int BATCH_ROWS = 1024;

  private static final String ROW_ID = "_rowid";
  private static final ArrowBufHasher HASHER = new MurmurHasher();

  /** How many pairs there were, and the sum of their hashes. */
  private record Digest(long pairs, long sum) {}

  private final DatasetHandle dataset;
  private final String column;
  private final IndexStorage storage;

  /**
   * @param dataset the version to compare with
   * @param storage of the dataset's segments
   */
  public ScalarEntries(DatasetHandle dataset, String column, IndexStorage storage) {
    this.dataset = dataset;
    this.column = column;
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
    BTreeReader.open(storage, segment); // Lance's reader must not meet a malformed file first
    Roaring64Bitmap live = LiveRows.ids(dataset, fragments);
    Digest entries = entries(segment, live::contains);
    Digest rows = rows(fragments);
    if (entries.pairs() != rows.pairs()) {
      return Optional.of(
          "it has " + entries.pairs() + " entries for " + rows.pairs() + " live rows");
    }
    return entries.equals(rows)
        ? Optional.empty()
        : Optional.of("some of its entries are not the present values of their rows");
  }

  private Digest entries(UUID segment, LongPredicate live) throws IOException {
    long pairs = 0;
    long sum = 0;
    try (LanceFileReader file =
            LanceFileReader.open(
                storage.location(segment, BTreeReader.PAGES),
                storage.storageOptions(),
                dataset.allocator());
        ArrowReader batches = file.readAll(null, null, BATCH_ROWS)) {
      while (batches.loadNextBatch()) {
        VectorSchemaRoot batch = batches.getVectorSchemaRoot();
        UInt8Vector ids = (UInt8Vector) batch.getVector("ids");
        ValueVector values = batch.getVector("values");
        for (int row = 0; row < batch.getRowCount(); row++) {
          if (live.test(ids.get(row))) {
            pairs++;
            sum += hash(values, row, ids.get(row));
          }
        }
      }
    } catch (IOException e) {
      throw e;
    } catch (Exception e) { // as the reader's close declares; it throws nothing checked
      throw new IOException("Cannot read segment " + segment + " of " + dataset, e);
    }
    return new Digest(pairs, sum);
  }

  private Digest rows(Coverage fragments) throws IOException {
    long pairs = 0;
    long sum = 0;
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
          pairs++;
          sum += hash(values, row, ids.get(row));
        }
      }
    }
    return new Digest(pairs, sum);
  }

  /** Mixed as by SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom numbers, 2014). */
  private static long hash(ValueVector values, int row, long id) {
    long value = values.isNull(row) ? -1 : Integer.toUnsignedLong(values.hashCode(row, HASHER));
    long mixed = id * 0x9E3779B97F4A7C15L + value;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
