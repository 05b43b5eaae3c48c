package dev.freshet.operators.options;

import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.state.garbage.VersionRetention;
import dev.freshet.state.model.IndexKind;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.state.model.ScalarType;
import dev.freshet.vector.format.IndexStorage;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;

/**
 * The options of one stream, read and checked.
 *
 * @param storage Lance's options of the object store; secrets, never printed
 * @param retention which versions stay; all without it
 * @param modelSegment segment whose model a new index takes; absent, one is trained
 * @param modelFollows whether the model grows for rows that it would code badly
 */
public record StreamOptions(
    String dataset,
    Map<String, String> storage,
    IndexSpec index,
    Optional<UUID> modelSegment,
    boolean modelFollows,
    Duration freshness,
    boolean once,
    long shardRows,
    MemorySize shardBytes,
    MemorySize shardSpill,
    long segmentRows,
    int segmentsPerTier,
    int verifySamples,
    CompactionOptions compaction,
    Duration stallTimeout,
    Optional<VersionRetention> retention) {

  /** When and how covered fragments are compacted. */
  public record CompactionOptions(
      boolean enabled, Duration interval, int smallFragments, long targetRows, double deletions) {

    public CompactionOptions {
      positive("compaction.interval", interval.toMillis());
      positive("compaction.target-rows", targetRows);
      if (smallFragments < 2) {
        throw new IllegalArgumentException(
            "Option compaction.small-fragments must be at least 2, not " + smallFragments);
      }
      if (!(deletions > 0 && deletions <= 1)) {
        throw new IllegalArgumentException(
            "Option compaction.deletions must be above 0 and at most 1, not " + deletions);
      }
    }
  }

  private static final Duration LONGEST_POLL = Duration.ofSeconds(5);
  private static final Duration SHORTEST_POLL = Duration.ofMillis(200);

  public StreamOptions {
    storage = Map.copyOf(storage);
    positive("freshness", freshness.toMillis());
    positive("shard.rows", shardRows);
    positive("shard.bytes", shardBytes.getBytes());
    positive("shard.spill", shardSpill.getBytes());
    positive("segment.rows", segmentRows);
    positive("stall-timeout", stallTimeout.toMillis());
    if (segmentsPerTier < 2) {
      throw new IllegalArgumentException(
          "Option segment.per-tier must be at least 2, not " + segmentsPerTier);
    }
    if (verifySamples < 1) {
      throw new IllegalArgumentException(
          "Option verify.samples must be at least 1: nothing is published unverified");
    }
  }

  /**
   * Reads the options.
   *
   * @throws IllegalArgumentException in one line, if one is missing or wrong
   */
  public static StreamOptions from(ReadableConfig config) {
    String column = required(config, FreshetOptions.COLUMN);
    return new StreamOptions(
        required(config, FreshetOptions.DATASET),
        storage(config),
        index(config, column),
        config.getOptional(FreshetOptions.MODEL_SEGMENT).map(StreamOptions::uuid),
        config.get(FreshetOptions.MODEL_FOLLOW),
        config.get(FreshetOptions.FRESHNESS),
        config.get(FreshetOptions.ONCE),
        config.get(FreshetOptions.SHARD_ROWS),
        config.get(FreshetOptions.SHARD_BYTES),
        config.get(FreshetOptions.SHARD_SPILL),
        config.get(FreshetOptions.SEGMENT_ROWS),
        config.get(FreshetOptions.SEGMENTS_PER_TIER),
        config.get(FreshetOptions.VERIFY_SAMPLES),
        new CompactionOptions(
            config.get(FreshetOptions.COMPACTION),
            config.get(FreshetOptions.COMPACTION_INTERVAL),
            config.get(FreshetOptions.COMPACTION_FRAGMENTS),
            config.get(FreshetOptions.COMPACTION_TARGET_ROWS),
            config.get(FreshetOptions.COMPACTION_DELETIONS)),
        config.get(FreshetOptions.STALL_TIMEOUT),
        config
            .getOptional(FreshetOptions.KEEP_FOR)
            .map(time -> new VersionRetention(time, config.get(FreshetOptions.KEEP_VERSIONS))));
  }

  private static IndexSpec index(ReadableConfig config, String column) {
    String name = config.getOptional(FreshetOptions.INDEX_NAME).orElseGet(() -> indexName(column));
    IndexKind kind = IndexKind.parse(config.get(FreshetOptions.INDEX_TYPE));
    if (kind instanceof IndexType type) {
      return new IndexSpec.Vector(
          name,
          column,
          type,
          Metric.parse(config.get(FreshetOptions.INDEX_METRIC)),
          optionalInt(config, FreshetOptions.INDEX_PARTITIONS),
          optionalInt(config, FreshetOptions.INDEX_SUB_VECTORS));
    }
    List.of(
            FreshetOptions.INDEX_METRIC,
            FreshetOptions.INDEX_PARTITIONS,
            FreshetOptions.INDEX_SUB_VECTORS,
            FreshetOptions.MODEL_SEGMENT)
        .forEach(option -> refuse(config, option, kind));
    return new IndexSpec.Scalar(name, column, (ScalarType) kind);
  }

  /** What the index of a column is called unless it is given a name. */
  public static String indexName(String column) {
    return column + "_idx";
  }

  private static void refuse(ReadableConfig config, ConfigOption<?> option, IndexKind kind) {
    if (config.getOptional(option).isPresent()) {
      throw new IllegalArgumentException(
          "Option " + option.key() + " is of vectors: leave it out for an index of type " + kind);
    }
  }

  /** Where the dataset of a configuration is, and how Lance reaches it. */
  public static DatasetLocation location(ReadableConfig config) {
    return new DatasetLocation(required(config, FreshetOptions.DATASET), storage(config));
  }

  /** Lance's own options win over what {@code s3.*} says to both clients. */
  private static Map<String, String> storage(ReadableConfig config) {
    Map<String, String> options = new HashMap<>(S3Options.from(config).lance());
    options.putAll(config.get(FreshetOptions.STORAGE));
    return options;
  }

  /**
   * The index, for what is only there of vectors.
   *
   * @throws IllegalStateException if it is another kind of index
   */
  public IndexSpec.Vector vectors() {
    if (index instanceof IndexSpec.Vector vectors) {
      return vectors;
    }
    throw new IllegalStateException("Index " + index.name() + " has no vectors");
  }

  /** Where the dataset is. */
  public DatasetLocation location() {
    return new DatasetLocation(dataset, storage);
  }

  /** Where its index files are. */
  public IndexStorage indexStorage() {
    return indexStorage(RequestCounter.NONE);
  }

  /** The same, its requests counted. */
  public IndexStorage indexStorage(RequestCounter requests) {
    return StorageAccess.indexStorage(location(), requests);
  }

  /** Time between two looks at the manifest. */
  public Duration pollInterval() {
    return clamp(freshness.dividedBy(10));
  }

  /** Time that sealed shards wait for others before they are planned. */
  public Duration window() {
    return freshness.dividedBy(40);
  }

  /** Time between checkpoints: a segment is published when one completes. */
  public Duration checkpointInterval() {
    return clamp(freshness.dividedBy(5));
  }

  /** Leaves the secrets of the storage options out. */
  @Override
  public String toString() {
    return "StreamOptions[" + dataset + ", " + index + ", freshness " + freshness + "]";
  }

  private static Duration clamp(Duration duration) {
    Duration atMost = duration.compareTo(LONGEST_POLL) > 0 ? LONGEST_POLL : duration;
    return atMost.compareTo(SHORTEST_POLL) < 0 ? SHORTEST_POLL : atMost;
  }

  private static String required(ReadableConfig config, ConfigOption<String> option) {
    Optional<String> value = config.getOptional(option);
    return value.orElseThrow(
        () -> new IllegalArgumentException("Option " + option.key() + " is missing"));
  }

  private static UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Option " + FreshetOptions.MODEL_SEGMENT.key() + " must be a UUID, not " + text, e);
    }
  }

  private static OptionalInt optionalInt(ReadableConfig config, ConfigOption<Integer> option) {
    return config.getOptional(option).map(OptionalInt::of).orElseGet(OptionalInt::empty);
  }

  private static void positive(String option, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("Option " + option + " must be positive, not " + value);
    }
  }
}
