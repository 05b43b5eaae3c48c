package dev.freshet.sql.table;

import dev.freshet.operators.options.FreshetOptions;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.table.factories.FactoryUtil;

/**
 * The options of a table beside those of the stream, which keep their names of {@link
 * FreshetOptions}.
 */
public final class FreshetTableOptions {

  public static final ConfigOption<String> PATH =
      ConfigOptions.key("path")
          .stringType()
          .noDefaultValue()
          .withDescription("Path or URI of the Lance dataset; INSERT creates it if it is missing.");

  public static final ConfigOption<Integer> VECTOR_DIMENSION =
      ConfigOptions.key("vector.dimension")
          .intType()
          .noDefaultValue()
          .withDescription("Elements of each vector; needed by INSERT if there is vector.column.");

  public static final ConfigOption<Integer> SINK_PARALLELISM = FactoryUtil.SINK_PARALLELISM;

  public static final ConfigOption<MemorySize> SINK_BATCH =
      ConfigOptions.key("sink.batch")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(8))
          .withDescription(
              "Size at which a writer hands its rows on to be encoded; it holds two such batches"
                  + " outside the heap, and a file's open pages.");

  public static final ConfigOption<Long> SINK_FRAGMENT_ROWS =
      ConfigOptions.key("sink.fragment.rows")
          .longType()
          .defaultValue(1_048_576L)
          .withDescription(
              "Rows at which a writer begins another fragment; otherwise it writes one for each"
                  + " checkpoint.");

  public static final ConfigOption<MemorySize> SINK_FRAGMENT_BYTES =
      ConfigOptions.key("sink.fragment.bytes")
          .memoryType()
          .defaultValue(MemorySize.parse("4 gb"))
          .withDescription("Size of a data file at which a writer begins another fragment.");

  public static final ConfigOption<MemorySize> SINK_UPSERT_BUFFER =
      ConfigOptions.key("sink.upsert.buffer")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(64))
          .withDescription(
              "Heap in which a writer of a table with a primary key holds the last row of each key"
                  + " until the checkpoint; a fuller one makes more versions of the checkpoint.");

  public static final ConfigOption<Integer> INDEX_PARALLELISM =
      ConfigOptions.key("index.parallelism")
          .intType()
          .noDefaultValue()
          .withDescription(
              "Parallelism of the stages that INSERT indexes with; the job's if it is not given.");

  private FreshetTableOptions() {}

  /** Options that a table must have. */
  public static Set<ConfigOption<?>> required() {
    return Set.of(PATH);
  }

  /** Options that a table may have. */
  public static Set<ConfigOption<?>> optional() {
    return Set.of(
        VECTOR_DIMENSION,
        SINK_PARALLELISM,
        SINK_BATCH,
        SINK_FRAGMENT_ROWS,
        SINK_FRAGMENT_BYTES,
        SINK_UPSERT_BUFFER,
        INDEX_PARALLELISM,
        FreshetOptions.STORAGE,
        FreshetOptions.COLUMN,
        FreshetOptions.MODEL_SEGMENT,
        FreshetOptions.MODEL_FOLLOW,
        FreshetOptions.INDEX_NAME,
        FreshetOptions.INDEX_TYPE,
        FreshetOptions.INDEX_METRIC,
        FreshetOptions.INDEX_PARTITIONS,
        FreshetOptions.INDEX_SUB_VECTORS,
        FreshetOptions.FRESHNESS,
        FreshetOptions.SHARD_ROWS,
        FreshetOptions.SHARD_BYTES,
        FreshetOptions.SHARD_SPILL,
        FreshetOptions.SEGMENT_ROWS,
        FreshetOptions.SEGMENTS_PER_TIER,
        FreshetOptions.VERIFY_SAMPLES,
        FreshetOptions.COMPACTION,
        FreshetOptions.COMPACTION_INTERVAL,
        FreshetOptions.COMPACTION_FRAGMENTS,
        FreshetOptions.COMPACTION_TARGET_ROWS,
        FreshetOptions.COMPACTION_DELETIONS,
        FreshetOptions.STALL_TIMEOUT,
        FreshetOptions.KEEP_FOR,
        FreshetOptions.KEEP_VERSIONS);
  }
}
