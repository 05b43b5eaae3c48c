package dev.freshet.lance.read;

import java.util.SplittableRandom;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/** Draws numbers of rows at random, each with the same chance and once only. */
final class RowDraws {

  private final long rows;
  private final SplittableRandom random;
  private final Roaring64Bitmap drawn = new Roaring64Bitmap();

  /**
   * @param rows how many there are; their numbers begin at 0
   */
  RowDraws(long rows, long seed) {
    this.rows = rows;
    this.random = new SplittableRandom(seed);
  }

  /** Rows that can still be drawn. */
  long left() {
    return rows - drawn.getLongCardinality();
  }

  /**
   * Numbers that were not drawn before, ascending; all that are left if there are not as many.
   *
   * <p>Draws until there are enough if they are few, else looks at each number (Knuth, "The Art of
   * Computer Programming", volume 2, 3.4.2, algorithm S).
   */
  long[] draw(int count) {
    long wanted = Math.min(count, left());
    long[] numbers = wanted < left() / 2 ? hit(wanted) : select((int) wanted);
    for (long number : numbers) {
      drawn.addLong(number);
    }
    return numbers;
  }

  private long[] hit(long wanted) {
    Roaring64Bitmap hit = new Roaring64Bitmap();
    for (long missing = wanted; missing > 0; ) {
      long row = random.nextLong(rows);
      if (!drawn.contains(row) && !hit.contains(row)) {
        hit.addLong(row);
        missing--;
      }
    }
    return hit.toArray();
  }

  private long[] select(int wanted) {
    long[] numbers = new long[wanted];
    long left = left();
    int at = 0;
    for (long row = 0; at < wanted; row++) {
      if (!drawn.contains(row) && random.nextDouble() * left-- < wanted - at) {
        numbers[at++] = row;
      }
    }
    return numbers;
  }
}
