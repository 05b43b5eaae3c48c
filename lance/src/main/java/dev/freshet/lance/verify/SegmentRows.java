package dev.freshet.lance.verify;

import dev.freshet.vector.quantizer.VectorBatch;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * Ids of the live rows of fragments of a segment. Memory: about two bits a row. Several threads may
 * add.
 */
public final class SegmentRows {

  private final Roaring64Bitmap encodable = new Roaring64Bitmap();
  private final Roaring64Bitmap others = new Roaring64Bitmap();

  /**
   * Takes the rows of a batch.
   *
   * @param encodableIds ids of those that an index has an entry for, in the order of the batch
   */
  synchronized void add(VectorBatch batch, long[] encodableIds) {
    addAll(encodableIds, encodable);
    if (encodableIds.length < batch.rows()) {
      int next = 0;
      for (int row = 0; row < batch.rows(); row++) {
        if (next < encodableIds.length && encodableIds[next] == batch.rowIds()[row]) {
          next++;
        } else {
          others.addLong(batch.rowIds()[row]);
        }
      }
    }
  }

  /** Runs of ids together. */
  private static void addAll(long[] ids, Roaring64Bitmap to) {
    for (int from = 0; from < ids.length; ) {
      int end = from + 1;
      while (end < ids.length && ids[end] == ids[end - 1] + 1) {
        end++;
      }
      to.addRange(ids[from], ids[end - 1] + 1);
      from = end;
    }
  }

  /** Adds those that an index has an entry for to others. */
  public void addEncodable(Roaring64Bitmap to) {
    to.or(encodable);
  }

  /** Those that an index has an entry for, without some; the last call. */
  public Roaring64Bitmap encodableWithout(Roaring64Bitmap found) {
    encodable.andNot(found);
    return encodable;
  }

  /** Whether the row has a vector that can be encoded. */
  public boolean isEncodable(long id) {
    return encodable.contains(id);
  }

  /** Whether the row is live without a vector that can be encoded. */
  public boolean isWithoutVector(long id) {
    return others.contains(id);
  }
}
