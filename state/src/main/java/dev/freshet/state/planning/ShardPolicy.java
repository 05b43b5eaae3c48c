package dev.freshet.state.planning;

import dev.freshet.state.model.IndexKind;
import java.util.Objects;

/**
 * How large shards and their tasks are.
 *
 * @param targetRows live rows that a shard aims at
 * @param taskRows rows of a task at most, where Freshet builds the segments
 * @param maxRowsInFlight live rows handed out at once; exceeded only by what cannot be divided
 * @param worthRows rows that weigh as much as a segment costs, whatever its rows; 0 lets none wait
 * @param builder who builds the segments: Lance builds whole fragments only
 */
public record ShardPolicy(
    long targetRows,
    long taskRows,
    long maxRowsInFlight,
    long worthRows,
    IndexKind.Builder builder) {

  public static final long DEFAULT_TARGET_ROWS = 500_000;
  public static final long DEFAULT_TASK_ROWS = 65_536;
  public static final long DEFAULT_MAX_ROWS_IN_FLIGHT = 8_000_000;

  public ShardPolicy {
    Objects.requireNonNull(builder, "builder");
    if (targetRows < 1 || taskRows < 1 || maxRowsInFlight < 1 || worthRows < 0) {
      throw new IllegalArgumentException(
          "Shards, tasks and the rows in flight need at least 1 row, and none are negative: "
              + targetRows
              + ", "
              + taskRows
              + ", "
              + maxRowsInFlight
              + ", "
              + worthRows);
    }
  }

  public static ShardPolicy defaults(IndexKind type) {
    return new ShardPolicy(
        DEFAULT_TARGET_ROWS, DEFAULT_TASK_ROWS, DEFAULT_MAX_ROWS_IN_FLIGHT, 0, type.builder());
  }

  /** The same, where so many rows weigh as much as a segment costs. */
  public ShardPolicy worth(long rows) {
    return new ShardPolicy(targetRows, taskRows, maxRowsInFlight, rows, builder);
  }

  /** Whether a fragment of so many live rows is spread over several shards. */
  boolean splits(long rows) {
    return builder == IndexKind.Builder.FRESHET && 2 * rows > 3 * targetRows;
  }
}
