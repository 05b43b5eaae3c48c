package dev.freshet.operators.options;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/** Every option of the stream, under the names that the command line and Flink SQL share. */
public final class FreshetOptions {

  public static final ConfigOption<String> DATASET =
      ConfigOptions.key("dataset")
          .stringType()
          .noDefaultValue()
          .withDescription("URI of the Lance dataset.");

  public static final ConfigOption<Map<String, String>> STORAGE =
      ConfigOptions.key("storage")
          .mapType()
          .defaultValue(Map.of())
          .withDescription("Lance's options of the object store that holds the dataset.");

  public static final ConfigOption<String> COLUMN =
      ConfigOptions.key("vector.column")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The column: a fixed-size list of floats, or values for an index of them.");

  public static final ConfigOption<String> INDEX_NAME =
      ConfigOptions.key("index.name")
          .stringType()
          .noDefaultValue()
          .withDescription("Name of the index; the column's name with _idx if not given.");

  public static final ConfigOption<String> INDEX_TYPE =
      ConfigOptions.key("index.type")
          .stringType()
          .defaultValue("IVF_PQ")
          .withDescription(
              "IVF_FLAT, IVF_PQ, IVF_SQ, IVF_HNSW_PQ, IVF_HNSW_SQ or IVF_RQ for vectors, BTREE,"
                  + " BITMAP or LABEL_LIST for values, INVERTED for words of texts.");

  public static final ConfigOption<String> INDEX_METRIC =
      ConfigOptions.key("index.metric")
          .stringType()
          .defaultValue("l2")
          .withDescription("l2, cosine or dot.");

  public static final ConfigOption<Integer> INDEX_PARTITIONS =
      ConfigOptions.key("index.partitions")
          .intType()
          .noDefaultValue()
          .withDescription("IVF partitions; derived from the number of rows if not given.");

  public static final ConfigOption<Integer> INDEX_SUB_VECTORS =
      ConfigOptions.key("index.sub-vectors")
          .intType()
          .noDefaultValue()
          .withDescription("PQ sub-vectors; derived from the dimension if not given.");

  public static final ConfigOption<String> MODEL_SEGMENT =
      ConfigOptions.key("model.segment")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "UUID of a segment of the dataset whose model a new index takes, instead of training"
                  + " one.");

  public static final ConfigOption<Boolean> MODEL_FOLLOW =
      ConfigOptions.key("model.follow")
          .booleanType()
          .defaultValue(true)
          .withDescription(
              "Whether the model gets partitions for new rows that it would code badly, so that it"
                  + " follows data that drifts.");

  public static final ConfigOption<Duration> FRESHNESS =
      ConfigOptions.key("freshness")
          .durationType()
          .defaultValue(Duration.ofSeconds(10))
          .withDescription(
              "How soon after its commit an appended row should be searchable through the index.");

  public static final ConfigOption<Boolean> ONCE =
      ConfigOptions.key("once")
          .booleanType()
          .defaultValue(false)
          .withDescription("Index what is uncovered and end.");

  public static final ConfigOption<Long> SHARD_ROWS =
      ConfigOptions.key("shard.rows")
          .longType()
          .defaultValue(500_000L)
          .withDescription(
              "Rows that a shard aims at; fewer where they are over 256 MiB of vectors.");

  public static final ConfigOption<MemorySize> SHARD_BYTES =
      ConfigOptions.key("shard.bytes")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(64))
          .withDescription("Bound of a shard's encoded size; it lowers shard.rows where needed.");

  public static final ConfigOption<MemorySize> SHARD_SPILL =
      ConfigOptions.key("shard.spill")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(4))
          .withDescription(
              "Encoded size from which a task's rows are kept as a segment file and not in Flink's"
                  + " state, unless the model is larger.");

  public static final ConfigOption<Long> SEGMENT_ROWS =
      ConfigOptions.key("segment.rows")
          .longType()
          .defaultValue(8_000_000L)
          .withDescription("Rows above which a segment is not merged any more.");

  public static final ConfigOption<Integer> SEGMENTS_PER_TIER =
      ConfigOptions.key("segment.per-tier")
          .intType()
          .defaultValue(8)
          .withDescription("Segments of about one size that may stand beside each other.");

  public static final ConfigOption<Integer> VERIFY_SAMPLES =
      ConfigOptions.key("verify.samples")
          .intType()
          .defaultValue(20)
          .withDescription(
              "Rows of a built segment that must find themselves before it is published.");

  public static final ConfigOption<Boolean> COMPACTION =
      ConfigOptions.key("compaction.enabled")
          .booleanType()
          .defaultValue(true)
          .withDescription("Compact small and much-deleted fragments that are covered.");

  public static final ConfigOption<Duration> COMPACTION_INTERVAL =
      ConfigOptions.key("compaction.interval")
          .durationType()
          .defaultValue(Duration.ofSeconds(30))
          .withDescription("Least time between two looks at what could be compacted.");

  public static final ConfigOption<Integer> COMPACTION_FRAGMENTS =
      ConfigOptions.key("compaction.small-fragments")
          .intType()
          .defaultValue(32)
          .withDescription("Small covered fragments that trigger a compaction.");

  public static final ConfigOption<Long> COMPACTION_TARGET_ROWS =
      ConfigOptions.key("compaction.target-rows")
          .longType()
          .defaultValue(1_048_576L)
          .withDescription("Rows that a compacted fragment aims at.");

  public static final ConfigOption<Double> COMPACTION_DELETIONS =
      ConfigOptions.key("compaction.deletions")
          .doubleType()
          .defaultValue(0.1)
          .withDescription("Share of deleted rows above which a fragment is rewritten.");

  public static final ConfigOption<Duration> STALL_TIMEOUT =
      ConfigOptions.key("stall-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(10))
          .withDescription("Time without any progress after which work is handed out again.");

  public static final ConfigOption<Duration> KEEP_FOR =
      ConfigOptions.key("versions.keep-for")
          .durationType()
          .noDefaultValue()
          .withDescription(
              "Remove versions once the next one was committed so long ago, 1 h at least, and what"
                  + " only they name; none are removed if not given. What tags and branches name"
                  + " stays, and what work in flight reads.");

  public static final ConfigOption<Integer> KEEP_VERSIONS =
      ConfigOptions.key("versions.keep")
          .intType()
          .defaultValue(1)
          .withDescription("The newest versions that stay in any case.");

  /** Every option by its key, in the order above. */
  public static Map<String, ConfigOption<?>> all() {
    List<ConfigOption<?>> options =
        List.of(
            DATASET,
            STORAGE,
            COLUMN,
            MODEL_SEGMENT,
            MODEL_FOLLOW,
            INDEX_NAME,
            INDEX_TYPE,
            INDEX_METRIC,
            INDEX_PARTITIONS,
            INDEX_SUB_VECTORS,
            FRESHNESS,
            ONCE,
            SHARD_ROWS,
            SHARD_BYTES,
            SHARD_SPILL,
            SEGMENT_ROWS,
            SEGMENTS_PER_TIER,
            VERIFY_SAMPLES,
            COMPACTION,
            COMPACTION_INTERVAL,
            COMPACTION_FRAGMENTS,
            COMPACTION_TARGET_ROWS,
            COMPACTION_DELETIONS,
            STALL_TIMEOUT,
            KEEP_FOR,
            KEEP_VERSIONS);
    Map<String, ConfigOption<?>> all = new LinkedHashMap<>();
    options.forEach(option -> all.put(option.key(), option));
    return all;
  }

  private FreshetOptions() {}
}
