package dev.freshet.operators.discover;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.IndexKind;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.planning.ShardPolicy;
import dev.freshet.vector.training.ModelSizing;

/** How large shards and tasks are, for rows of so many values: the dimension of vectors, else 1. */
public final class ShardSizing {

  /** Floats that one task scans and encodes in about a second on one core. */
  private static final long TASK_FLOATS = 32L << 20;

  /**
   * Floats of a shard: few enough that all subtasks get shards of what a core takes seconds for.
   */
  private static final long SHARD_FLOATS = 2 * TASK_FLOATS;

  /** Bound of a task's encoded rows, which are in memory while it runs. */
  private static final long TASK_BYTES = 32L << 20;

  /** What a publish writes besides the segment: a manifest, a transaction, the frames of files. */
  private static final long COMMIT_BYTES = 64L << 10;

  private static final long CODEWORDS = 256;

  private static final long SINK_TASKS = 32;
  private static final long SINK_SHARD_TASKS = 4;

  /** Row id and partition of an encoded row. */
  private static final int ROW_OVERHEAD = Long.BYTES + Integer.BYTES;

  private ShardSizing() {}

  /**
   * Sizes for one dataset; {@code shard.bytes} and 256 MiB of vectors bound what {@code shard.rows}
   * asks for.
   */
  public static ShardPolicy policy(StreamOptions options, int width) {
    return options.once()
        ? unbounded(options, width)
        : policy(options, width, ShardPolicy.DEFAULT_MAX_ROWS_IN_FLIGHT);
  }

  /**
   * Sizes for a stream that runs in the job of a table's sink. Flink aligns the checkpoints of all
   * that belongs to a sink, so what is queued must be small: 32 tasks, about as many seconds on one
   * core.
   */
  static ShardPolicy inSink(StreamOptions options, int width) {
    ShardPolicy policy = policy(options, width);
    long queued = Math.min(policy.maxRowsInFlight(), SINK_TASKS * policy.taskRows());
    long shardRows = Math.min(policy.targetRows(), SINK_SHARD_TASKS * policy.taskRows());
    return new ShardPolicy(
        shardRows, policy.taskRows(), queued, policy.worthRows(), policy.builder());
  }

  /** The same without a bound on the rows in flight. */
  public static ShardPolicy unbounded(StreamOptions options, int width) {
    return policy(options, width, Long.MAX_VALUE);
  }

  private static ShardPolicy policy(StreamOptions options, int width, long inFlight) {
    IndexKind type = options.index().type();
    long rowBytes = ROW_OVERHEAD + codeBytes(type, width);
    long bound = Math.min(options.shardBytes().getBytes() / rowBytes, SHARD_FLOATS / width);
    long shardRows = Math.max(1, Math.min(options.shardRows(), bound));
    long taskBound = Math.min(TASK_FLOATS / width, TASK_BYTES / rowBytes);
    long taskRows = Math.min(shardRows, Math.max(1024, taskBound));
    return new ShardPolicy(shardRows, taskRows, inFlight, 0, type.builder());
  }

  /**
   * The rows of the index that take as many bytes as a commit and the model of one more segment.
   *
   * @param rows of the table, for the partitions of a model that nobody chose
   */
  static long worthRows(StreamOptions options, int width, long rows) {
    IndexKind type = options.index().type();
    long model = 0;
    if (options.index() instanceof IndexSpec.Vector index) {
      long partitions = index.partitions().orElseGet(() -> ModelSizing.partitions(rows));
      boolean codebook = index.type().coding() == IndexType.Coding.PRODUCT;
      model = (partitions + (codebook ? CODEWORDS : 0)) * width * Float.BYTES;
    }
    return (COMMIT_BYTES + model) / (ROW_OVERHEAD + storedBytes(type, width));
  }

  /** Nothing is encoded here of what Lance builds. */
  private static long codeBytes(IndexKind type, int width) {
    return type.builder() == IndexKind.Builder.LANCE ? 0 : storedBytes(type, width);
  }

  /**
   * Bytes of a row's code in a segment, whoever builds it; about, and without the graph of HNSW.
   */
  private static long storedBytes(IndexKind type, int width) {
    if (!(type instanceof IndexType vectors)) {
      return 0;
    }
    return switch (vectors.coding()) {
      case FLAT -> (long) width * Float.BYTES;
      case SCALAR -> width;
      case PRODUCT, BIT -> width / 8 + 1;
    };
  }

  /** Values of a row in the column of an index. */
  public static int width(DatasetHandle dataset, IndexSpec index) {
    return index instanceof IndexSpec.Vector ? dataset.column(index.column()).dimension() : 1;
  }
}
