package dev.freshet.lance.read;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.state.model.Coverage;
import java.io.IOException;
import java.util.BitSet;
import java.util.function.LongPredicate;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/** Tells of row ids whether their rows are in some fragments. */
public final class LiveRows {

  private LiveRows() {}

  /**
   * Whether an entry of a row id is to be kept by a segment that covers the fragments.
   *
   * <p>A row id that is an address holds the fragment in its upper half, and Lance masks what is
   * deleted there. A stable one tells nothing, and Lance masks only what is live nowhere, while a
   * deletion file is there: so it must be the id of a live row of the fragments.
   */
  public static LongPredicate of(DatasetHandle handle, Coverage fragments) throws IOException {
    if (handle.stableRowIds()) {
      return ids(handle, fragments)::contains;
    }
    BitSet kept = new BitSet();
    fragments.stream().forEach(kept::set);
    return row -> kept.get((int) (row >>> Integer.SIZE));
  }

  /** Row ids of the live rows. Memory: 2 bytes a row at most, some bits where they are dense. */
  public static Roaring64Bitmap ids(DatasetHandle handle, Coverage fragments) throws IOException {
    Roaring64Bitmap ids = new Roaring64Bitmap();
    LiveRowIds.forEach(handle, fragments.toList(), ids::addLong);
    return ids;
  }
}
