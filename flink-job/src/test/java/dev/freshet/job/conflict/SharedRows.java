package dev.freshet.job.conflict;

import dev.freshet.lance.sample.VectorTable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Which rows a table should have, as its writers know: each appender has ids of its own, and only
 * rows that are committed are deleted or updated.
 */
final class SharedRows {

  /** Ids of an appender. */
  private static final int SPAN = 1 << 24;

  private static final int UPDATED = 12;
  private static final int MIN_SHARE = 20;
  private static final int MAX_SHARE = 60;

  /** Ids {@code from} to {@code to} with {@code id % share = rest}. */
  record Selection(int from, int to, int share, int rest) {

    String predicate() {
      return String.format(
          "%1$s >= %2$d AND %1$s < %3$d AND %1$s %% %4$d = %5$d",
          VectorTable.ID, from, to, share, rest);
    }
  }

  private final int[] appended;
  private final BitSet live = new BitSet();

  SharedRows(int appenders) {
    this.appended = new int[appenders];
  }

  /** The id that an appender's next row will have. */
  synchronized int next(int appender) {
    return appender * SPAN + appended[appender];
  }

  /** The appender has committed so many rows. */
  synchronized void appended(int appender, int rows) {
    int first = next(appender);
    live.set(first, first + rows);
    appended[appender] += rows;
  }

  /** A few of the committed rows of one appender. */
  synchronized Selection some(SplittableRandom random) {
    int appender = random.nextInt(appended.length);
    int share = random.nextInt(MIN_SHARE, MAX_SHARE);
    return new Selection(appender * SPAN, next(appender), share, random.nextInt(share));
  }

  /** The rows of a selection are deleted. */
  synchronized void deleted(Selection rows) {
    for (int id = live.nextSetBit(rows.from()); id >= 0 && id < rows.to(); ) {
      if (id % rows.share() == rows.rest()) {
        live.clear(id);
      }
      id = live.nextSetBit(id + 1);
    }
  }

  /** Ids of some rows that are there, ascending; another writer may delete them any time. */
  synchronized List<Integer> sample(SplittableRandom random) {
    List<Integer> ids = new ArrayList<>();
    int appender = random.nextInt(appended.length);
    for (int i = 0; i < UPDATED && appended[appender] > 0; i++) {
      int id = live.nextSetBit(appender * SPAN + random.nextInt(appended[appender]));
      if (id >= 0 && id < next(appender) && !ids.contains(id)) {
        ids.add(id);
      }
    }
    return ids.stream().sorted().toList();
  }

  /** Ids of the rows that should be there. */
  synchronized BitSet expected() {
    return (BitSet) live.clone();
  }
}
