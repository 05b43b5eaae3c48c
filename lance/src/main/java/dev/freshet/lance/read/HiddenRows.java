package dev.freshet.lance.read;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.manifest.RowIdSequence;
import dev.freshet.state.model.Coverage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.lance.FragmentMetadata;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * Live rows that Lance 7.0.0 may hide from searches of an index, whatever the index holds.
 *
 * <p>With stable row ids, and a deletion file somewhere, it makes a mask of all live ids. A range
 * of ids with holes takes what it lacks out of the mask, also an id that the same fragment has
 * before that range: that of a row that was updated, and compacted to a place before the rows that
 * it stood among. Lance 12.0.0 does not.
 *
 * <p>Ids that are stored one by one count as such a range, as a compaction may store them as one.
 */
public final class HiddenRows {

  private final DatasetHandle handle;

  private HiddenRows(DatasetHandle handle) {
    this.handle = handle;
  }

  /**
   * Ids of rows of the fragments that may be hidden.
   *
   * @throws IOException if row ids cannot be read
   */
  public static Roaring64Bitmap of(DatasetHandle handle, Coverage fragments) throws IOException {
    Roaring64Bitmap hidden = new Roaring64Bitmap();
    if (handle.stableRowIds()) {
      for (FragmentMetadata fragment : among(handle, fragments)) {
        new HiddenRows(handle).joined(List.of(fragment), hidden::addLong);
      }
    }
    return hidden;
  }

  /** Whether a fragment that the given ones are compacted to would have such rows. */
  public static boolean wouldHide(DatasetHandle handle, Coverage fragments) throws IOException {
    boolean[] hides = {false};
    if (handle.stableRowIds()) {
      new HiddenRows(handle).joined(among(handle, fragments), id -> hides[0] = true);
    }
    return hides[0];
  }

  /** In Lance's order, as that is what matters. */
  private static List<FragmentMetadata> among(DatasetHandle handle, Coverage fragments) {
    return handle.fragments().stream()
        .filter(fragment -> fragments.contains(fragment.getId()))
        .toList();
  }

  /** Row ids are only scanned if deleted ones might be all that stands in a wrong place. */
  private void joined(List<FragmentMetadata> fragments, LongConsumer hidden) throws IOException {
    List<long[]> all = new ArrayList<>();
    for (FragmentMetadata fragment : fragments) {
      RowIdSequence.of(fragment)
          .ifPresent(sequence -> sequence.segments().forEach(segment -> all.add(ids(segment))));
    }
    boolean[] any = {false};
    hidden(all, id -> any[0] = true);
    if (any[0]) {
      List<long[]> live = new ArrayList<>();
      for (FragmentMetadata fragment : fragments) {
        addLive(fragment, live);
      }
      hidden(live, hidden);
    }
  }

  private void addLive(FragmentMetadata fragment, List<long[]> to) throws IOException {
    List<RowIdSequence.Segment> segments =
        RowIdSequence.of(fragment).map(RowIdSequence::segments).orElse(List.of());
    Roaring64Bitmap live =
        ManifestReader.deletes(fragment)
            ? LiveRows.ids(handle, Coverage.of(fragment.getId()))
            : new Roaring64Bitmap();
    for (RowIdSequence.Segment segment : segments) {
      long[] ids = ids(segment);
      to.add(
          ManifestReader.deletes(fragment)
              ? LongStream.of(ids).filter(live::contains).toArray()
              : ids);
    }
  }

  private static long[] ids(RowIdSequence.Segment segment) {
    LongStream.Builder ids = LongStream.builder();
    segment.forEach(ids::add);
    return ids.build().toArray();
  }

  /**
   * Goes backwards, with the ranges with holes that it has passed.
   *
   * @param segments ids of each, in their order
   */
  private static void hidden(List<long[]> segments, LongConsumer hidden) {
    TreeMap<Long, Long> passed = new TreeMap<>();
    List<long[]> backwards = new ArrayList<>(segments);
    Collections.reverse(backwards);
    for (long[] ids : backwards) {
      if (ids.length == 0) {
        continue;
      }
      long first = LongStream.of(ids).min().getAsLong();
      long last = LongStream.of(ids).max().getAsLong();
      Map.Entry<Long, Long> near = passed.floorEntry(last);
      if (near != null && near.getValue() >= first) {
        LongStream.of(ids).filter(id -> isIn(passed, id)).forEach(hidden);
      }
      if (last - first >= ids.length) {
        join(passed, first, last);
      }
    }
  }

  private static boolean isIn(TreeMap<Long, Long> ranges, long id) {
    Map.Entry<Long, Long> near = ranges.floorEntry(id);
    return near != null && near.getValue() >= id;
  }

  /** Adds a range to disjoint ones. */
  private static void join(TreeMap<Long, Long> ranges, long first, long last) {
    long from = first;
    long to = last;
    for (Map.Entry<Long, Long> near = ranges.floorEntry(to);
        near != null && near.getValue() >= from;
        near = ranges.floorEntry(to)) {
      from = Math.min(from, near.getKey());
      to = Math.max(to, near.getValue());
      ranges.remove(near.getKey());
    }
    ranges.put(from, to);
  }
}
