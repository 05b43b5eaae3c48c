package dev.freshet.operators.discover;

import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.planning.ShardPolicy;

/** How large shards and tasks are, for vectors of a given dimension. */
public final class ShardSizing {

  /** Floats that one task scans and encodes in about a second on one core. */
  private static final long TASK_FLOATS = 32L << 20;

  /**
   * Floats of a shard: few enough that all subtasks get shards of what a core takes seconds for.
   */
  private static final long SHARD_FLOATS = 2 * TASK_FLOATS;

  /** Bound of a task's encoded rows, which are in memory while it runs. */
  private static final long TASK_BYTES = 32L << 20;

  private static final long SINK_TASKS = 32;
  private static final long SINK_SHARD_TASKS = 4;

  /** Row id and partition of an encoded row. */
  private static final int ROW_OVERHEAD = Long.BYTES + Integer.BYTES;

  private ShardSizing() {}

  /**
   * Sizes for one dataset; {@code shard.bytes} and 256 MiB of vectors bound what {@code shard.rows}
   * asks for.
   */
  public static ShardPolicy policy(StreamOptions options, int dimension) {
    return options.once()
        ? unbounded(options, dimension)
        : policy(options, dimension, ShardPolicy.DEFAULT_MAX_ROWS_IN_FLIGHT);
  }

  /**
   * Sizes for a stream that runs in the job of a table's sink. Flink aligns the checkpoints of all
   * that belongs to a sink, so what is queued must be small: 32 tasks, about as many seconds on one
   * core.
   */
  static ShardPolicy inSink(StreamOptions options, int dimension) {
    ShardPolicy policy = policy(options, dimension);
    long queued = Math.min(policy.maxRowsInFlight(), SINK_TASKS * policy.taskRows());
    long shardRows = Math.min(policy.targetRows(), SINK_SHARD_TASKS * policy.taskRows());
    return new ShardPolicy(shardRows, policy.taskRows(), queued, policy.builder());
  }

  /** The same without a bound on the rows in flight. */
  public static ShardPolicy unbounded(StreamOptions options, int dimension) {
    return policy(options, dimension, Long.MAX_VALUE);
  }

  private static ShardPolicy policy(StreamOptions options, int dimension, long inFlight) {
    IndexType type = options.index().type();
    long rowBytes = encodedBytes(type, dimension);
    long bound = Math.min(options.shardBytes().getBytes() / rowBytes, SHARD_FLOATS / dimension);
    long shardRows = Math.max(1, Math.min(options.shardRows(), bound));
    long taskBound = Math.min(TASK_FLOATS / dimension, TASK_BYTES / rowBytes);
    long taskRows = Math.min(shardRows, Math.max(1024, taskBound));
    return new ShardPolicy(shardRows, taskRows, inFlight, type.builder());
  }

  private static long encodedBytes(IndexType type, int dimension) {
    long code =
        switch (type.builder()) {
          case LANCE -> 0; // the rows are not encoded here
          case FRESHET ->
              switch (type.coding()) {
                case FLAT -> (long) dimension * Float.BYTES;
                case SCALAR -> dimension;
                case PRODUCT, BIT -> dimension / 8 + 1;
              };
        };
    return code + ROW_OVERHEAD;
  }
}
