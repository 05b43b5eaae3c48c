package dev.freshet.lance.read;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.RowIdSequence;
import dev.freshet.state.model.Coverage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.lance.Fragment;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * Live rows that Lance 7.0.0 may hide from searches of an index, whatever the index holds.
 *
 * <p>With stable row ids, and a deletion file somewhere, it makes a mask of all live ids. A range
 * of ids with holes takes what it lacks out of the mask, also an id that the same fragment has
 * before that range: that of a row that was updated, and compacted to a place before the rows that
 * it stood among. Lance 12.0.0 does not.
 */
public final class HiddenRows {

  private final DatasetHandle handle;

  private HiddenRows(DatasetHandle handle) {
    this.handle = handle;
  }

  /**
   * Ids of rows of the fragments that may be hidden. Memory: 4 bytes a row of a fragment.
   *
   * @throws IOException if row ids cannot be read
   */
  public static Roaring64Bitmap of(DatasetHandle handle, Coverage fragments) throws IOException {
    Roaring64Bitmap hidden = new Roaring64Bitmap();
    if (handle.stableRowIds()) {
      for (Fragment fragment : among(handle, fragments)) {
        hidden.or(new HiddenRows(handle).joined(List.of(fragment)));
      }
    }
    return hidden;
  }

  /**
   * Whether a fragment that the given ones are compacted to would have such rows. Memory: 4 bytes a
   * row.
   */
  public static boolean wouldHide(DatasetHandle handle, Coverage fragments) throws IOException {
    return handle.stableRowIds()
        && !new HiddenRows(handle).joined(among(handle, fragments)).isEmpty();
  }

  private static List<Fragment> among(DatasetHandle handle, Coverage fragments) {
    return handle.dataset().getFragments().stream()
        .filter(fragment -> fragments.contains(fragment.getId()))
        .toList();
  }

  private Roaring64Bitmap joined(List<Fragment> fragments) throws IOException {
    Roaring64Bitmap hidden = new Roaring64Bitmap();
    Roaring64Bitmap before = new Roaring64Bitmap();
    for (Fragment fragment : fragments) {
      Optional<RowIdSequence> sequence = RowIdSequence.of(fragment);
      if (sequence.isPresent()) {
        Roaring64Bitmap live = LiveRows.ids(handle, Coverage.of(fragment.getId()));
        for (RowIdSequence.Segment segment : sequence.get().segments()) {
          long all = segment.ids().getLongCardinality();
          Roaring64Bitmap ids = segment.ids();
          ids.and(live);
          if (!ids.isEmpty() && !(segment.listed() && ids.getLongCardinality() == all)) {
            hidden.or(between(before, ids.first(), ids.last()));
          }
          before.or(ids);
        }
      }
    }
    return hidden;
  }

  private static Roaring64Bitmap between(Roaring64Bitmap ids, long first, long last) {
    Roaring64Bitmap range = new Roaring64Bitmap();
    if (last > first) {
      range.addRange(first, last + 1);
      range.and(ids);
    }
    return range;
  }
}
