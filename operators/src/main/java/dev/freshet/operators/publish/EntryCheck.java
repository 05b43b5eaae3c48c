package dev.freshet.operators.publish;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.verify.EntryFindings;
import dev.freshet.lance.verify.SegmentRows;
import dev.freshet.lance.verify.SegmentScan;
import dev.freshet.state.model.Fragment;
import dev.freshet.vector.format.SegmentReader;
import java.io.IOException;
import java.util.List;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * Counts the rows of fragments whose entry in a segment is not that of their present vector: of
 * another one, missing, or there though the row has no vector any more.
 *
 * <p>Reads every vector of the fragments. Memory: as {@link SegmentScan}.
 */
final class EntryCheck implements EntryFindings {

  private long stale;

  private EntryCheck() {}

  /**
   * The number of rows that the segment is wrong about.
   *
   * @param dataset the version in which the segment covers the fragments
   */
  static long wrong(
      DatasetHandle dataset, VectorColumn column, SegmentReader segment, List<Fragment> fragments)
      throws IOException {
    if (fragments.isEmpty()) {
      return 0;
    }
    EntryCheck check = new EntryCheck();
    SegmentRows rows =
        new SegmentScan(dataset, column, List.of(batch -> {})).look(segment, fragments, check);
    Roaring64Bitmap found = new Roaring64Bitmap();
    segment.rowIds(
        id -> {
          if (rows.isEncodable(id)) {
            found.addLong(id);
          } else if (rows.isWithoutVector(id)) {
            check.stale(id);
          }
        });
    return check.stale + rows.encodableWithout(found).getLongCardinality();
  }

  @Override
  public void compared(long entries) {
    // how many there were does not matter here
  }

  /** It is found by a search that probes enough. */
  @Override
  public void misplaced(long rowId) {}

  @Override
  public void stale(long rowId) {
    stale++;
  }
}
