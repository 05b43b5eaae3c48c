package dev.freshet.job.demo;

import dev.freshet.lance.sample.VectorTable;
import java.time.Duration;

/** What other writers do to the dataset while the stream runs: one step after the other. */
public final class DatasetChurn implements AutoCloseable {

  /** Rows of a fragment when the dataset is filled. */
  private static final int FILL_ROWS = 100_000;

  private static final int DELETE_EVERY = 10;
  private static final int COMPACT_ROWS = 20_000;

  /**
   * How much is appended, and how fast.
   *
   * @param appends how many times
   * @param rows rows of each append
   * @param interval time between two appends
   */
  public record Pace(int appends, int rows, Duration interval) {
    public Pace {
      if (appends < 1 || rows < 1 || interval.isNegative()) {
        throw new IllegalArgumentException(
            "Appends need a number, rows and an interval: " + appends + ", " + rows);
      }
    }
  }

  private final VectorTable table;
  private final ClusteredVectors vectors;
  private final Pace pace;
  private int step;

  public DatasetChurn(VectorTable table, ClusteredVectors vectors, Pace pace) {
    this.table = table;
    this.vectors = vectors;
    this.pace = pace;
  }

  /** Appends the first rows. */
  public static void fill(VectorTable table, ClusteredVectors vectors, long rows) {
    fill(table, vectors, rows, FILL_ROWS);
  }

  /**
   * Appends the first rows.
   *
   * @param fragmentRows most rows of one fragment
   */
  public static void fill(
      VectorTable table, ClusteredVectors vectors, long rows, int fragmentRows) {
    int most = Math.max(FILL_ROWS, fragmentRows);
    for (long left = rows; left > 0; left -= most) {
      int some = (int) Math.min(left, most);
      table.append(vectors.next(some), some, fragmentRows);
    }
  }

  public Pace pace() {
    return pace;
  }

  /** One append, and now and then a delete or a compaction; false when it is over. */
  public boolean step() {
    if (step == pace.appends()) {
      return false;
    }
    table.append(vectors.next(pace.rows()), pace.rows());
    if (step % DELETE_EVERY == DELETE_EVERY - 1) {
      table.delete(VectorTable.ID + " % 101 = " + step);
    }
    if (step == pace.appends() * 2 / 3) {
      table.compact(COMPACT_ROWS);
    }
    step++;
    return true;
  }

  @Override
  public void close() {
    table.close();
  }
}
