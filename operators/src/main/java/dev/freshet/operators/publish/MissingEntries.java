package dev.freshet.operators.publish;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.read.LiveRows;
import dev.freshet.lance.read.VectorTake;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.quantizer.VectorBatch;
import dev.freshet.vector.quantizer.VectorPreparation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * Looks for rows of covered fragments that a segment has no entry of, though they have a vector: no
 * search finds them, and if they are few, no sample of rows does. Lance 7.0.0 loses the rows of
 * whole partitions where it merges segments that have not as many.
 *
 * <p>Memory: 2 bytes a row of the fragments at most, and {@value #LOOKED_AT} vectors.
 */
final class MissingEntries {

  /** Rows without an entry whose vectors are looked at. */
  private static final int LOOKED_AT = 1024;

  private MissingEntries() {}

  /**
   * Rows of the fragments without an entry, if some of them have a vector; else 0.
   *
   * @param dataset the version in which the segment covers the fragments
   */
  static long count(
      DatasetHandle dataset,
      VectorColumn column,
      Metric metric,
      SegmentReader segment,
      List<Fragment> fragments)
      throws IOException {
    if (fragments.isEmpty()) {
      return 0;
    }
    Coverage covered = Coverage.of(fragments.stream().mapToInt(Fragment::id));
    Roaring64Bitmap missing = LiveRows.ids(dataset, covered);
    segment.rowIds(missing::removeLong);
    VectorBatch vectors = new VectorTake(dataset, column).take(some(missing));
    for (int row = 0; row < vectors.rows(); row++) {
      int at = row * column.dimension();
      if (vectors.valid().get(row)
          && VectorPreparation.isEncodable(vectors.vectors(), at, column.dimension(), metric)) {
        return missing.getLongCardinality();
      }
    }
    return 0;
  }

  /** Evenly over all, as rows without a vector may stand together. */
  private static List<Long> some(Roaring64Bitmap missing) {
    long each = missing.getLongCardinality() / LOOKED_AT + 1;
    List<Long> some = new ArrayList<>();
    long[] passed = {0};
    missing.forEach(
        id -> {
          if (passed[0]++ % each == 0) {
            some.add(id);
          }
        });
    return some;
  }
}
