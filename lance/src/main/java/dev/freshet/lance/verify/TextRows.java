package dev.freshet.lance.verify;

import dev.freshet.lance.dataset.BatchScan;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.read.LiveRows;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ScalarType;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.IndexedRows;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.ValueVector;
import org.lance.ipc.ScanOptions;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * Compares the rows of a segment of words with the rows that have a text. Which words a text has
 * only Lance knows, and one without any may be left out.
 *
 * @param strays entries of live rows without a text
 * @param missing rows that have a text and no entry
 */
public record TextRows(Roaring64Bitmap strays, Roaring64Bitmap missing) {

  private static final int BATCH_ROWS = 1024;

  /**
   * Compares the live rows of fragments; memory is some bits a row.
   *
   * @param fragments live ones that the segment covers
   */
  public static TextRows of(
      DatasetHandle dataset, String column, IndexStorage storage, UUID segment, Coverage fragments)
      throws IOException {
    Roaring64Bitmap live = LiveRows.ids(dataset, fragments);
    Roaring64Bitmap entries = new Roaring64Bitmap();
    IndexedRows.open(storage, segment, ScalarType.INVERTED)
        .rowIds(
            id -> {
              if (live.contains(id)) {
                entries.addLong(id);
              }
            });
    Roaring64Bitmap missing = withText(dataset, column, fragments);
    Roaring64Bitmap strays = entries.clone();
    strays.andNot(missing);
    missing.andNot(entries);
    return new TextRows(strays, missing);
  }

  private static Roaring64Bitmap withText(DatasetHandle dataset, String column, Coverage fragments)
      throws IOException {
    Roaring64Bitmap rows = new Roaring64Bitmap();
    ScanOptions options =
        new ScanOptions.Builder()
            .fragmentIds(fragments.toList())
            .columns(List.of(column))
            .withRowId(true)
            .batchSize(BATCH_ROWS)
            .build();
    try (BatchScan scan = new BatchScan(dataset, options)) {
      while (scan.next()) {
        UInt8Vector ids = (UInt8Vector) scan.batch().getVector("_rowid");
        ValueVector texts = scan.batch().getVector(column);
        for (int row = 0; row < scan.batch().getRowCount(); row++) {
          if (!texts.isNull(row)) {
            rows.addLong(ids.get(row));
          }
        }
      }
    }
    return rows;
  }

  /**
   * What is wrong for certain, one line; empty if nothing is.
   *
   * @param ofLance7 whether Lance 7.0.0 has built the segment, which makes an entry for every text
   */
  public Optional<String> objection(boolean ofLance7) {
    if (!strays.isEmpty()) {
      return Optional.of(
          "it has entries of " + strays.getLongCardinality() + " rows without a text");
    }
    return ofLance7 && !missing.isEmpty()
        ? Optional.of("it has no entry of " + missing.getLongCardinality() + " texts")
        : Optional.empty();
  }
}
