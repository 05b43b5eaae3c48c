package dev.freshet.lance.verify;

import dev.freshet.vector.quantizer.VectorBatch;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/** Ids of the live rows of fragments of a segment. Memory: about two bits a row. */
public final class SegmentRows {

  private final Roaring64Bitmap encodable = new Roaring64Bitmap();
  private final Roaring64Bitmap others = new Roaring64Bitmap();

  /**
   * Takes the rows of a batch.
   *
   * @param encodableIds ids of those that an index has an entry for, in the order of the batch
   */
  void add(VectorBatch batch, long[] encodableIds) {
    int next = 0;
    for (int row = 0; row < batch.rows(); row++) {
      long id = batch.rowIds()[row];
      if (next < encodableIds.length && encodableIds[next] == id) {
        encodable.addLong(id);
        next++;
      } else {
        others.addLong(id);
      }
    }
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
