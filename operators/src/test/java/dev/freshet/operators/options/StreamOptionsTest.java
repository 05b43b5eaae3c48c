package dev.freshet.operators.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.operators.options.StreamOptions.CompactionOptions;
import dev.freshet.state.garbage.VersionRetention;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamOptionsTest {

  @Test
  void defaults() {
    assertThat(StreamOptions.from(required()))
        .isEqualTo(
            new StreamOptions(
                "/data/t",
                Map.of(),
                new IndexSpec.Vector(
                    "vec_idx",
                    "vec",
                    IndexType.IVF_PQ,
                    Metric.L2,
                    OptionalInt.empty(),
                    OptionalInt.empty()),
                Optional.empty(),
                true,
                Duration.ofSeconds(10),
                false,
                500_000,
                MemorySize.ofMebiBytes(64),
                MemorySize.ofMebiBytes(4),
                8_000_000,
                8,
                20,
                new CompactionOptions(true, Duration.ofSeconds(30), 32, 1_048_576, 0.1),
                Duration.ofMinutes(10),
                Optional.empty()));
  }

  @Test
  void everyOptionIsRead() {
    Map<String, String> all =
        Map.ofEntries(
            Map.entry("dataset", "/data/t"),
            Map.entry("storage", "region:here,key:secret"),
            Map.entry("vector.column", "vec"),
            Map.entry("index.name", "near"),
            Map.entry("index.type", "ivf_hnsw_pq"),
            Map.entry("index.metric", "cosine"),
            Map.entry("index.partitions", "16"),
            Map.entry("index.sub-vectors", "4"),
            Map.entry("model.segment", "00000000-0000-0000-0000-0000000000aa"),
            Map.entry("model.follow", "false"),
            Map.entry("freshness", "3 s"),
            Map.entry("once", "true"),
            Map.entry("shard.rows", "1001"),
            Map.entry("shard.bytes", "2 mb"),
            Map.entry("shard.spill", "7 kb"),
            Map.entry("segment.rows", "1002"),
            Map.entry("segment.per-tier", "3"),
            Map.entry("verify.samples", "21"),
            Map.entry("compaction.enabled", "false"),
            Map.entry("compaction.interval", "4 s"),
            Map.entry("compaction.small-fragments", "5"),
            Map.entry("compaction.target-rows", "1003"),
            Map.entry("compaction.deletions", "0.25"),
            Map.entry("stall-timeout", "6 min"),
            Map.entry("versions.keep-for", "30 h"),
            Map.entry("versions.keep", "4"));
    assertThat(StreamOptions.from(Configuration.fromMap(all)))
        .isEqualTo(
            new StreamOptions(
                "/data/t",
                Map.of("region", "here", "key", "secret"),
                new IndexSpec.Vector(
                    "near",
                    "vec",
                    IndexType.IVF_HNSW_PQ,
                    Metric.COSINE,
                    OptionalInt.of(16),
                    OptionalInt.of(4)),
                Optional.of(UUID.fromString("00000000-0000-0000-0000-0000000000aa")),
                false,
                Duration.ofSeconds(3),
                true,
                1001,
                MemorySize.ofMebiBytes(2),
                MemorySize.parse("7 kb"),
                1002,
                3,
                21,
                new CompactionOptions(false, Duration.ofSeconds(4), 5, 1003, 0.25),
                Duration.ofMinutes(6),
                Optional.of(new VersionRetention(Duration.ofHours(30), 4))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model.segment | mine | Option model.segment must be a UUID, not mine",
        "freshness | 0 s | Option freshness must be positive, not 0",
        "shard.rows | 0 | Option shard.rows must be positive, not 0",
        "shard.bytes | 0 b | Option shard.bytes must be positive, not 0",
        "shard.spill | 0 b | Option shard.spill must be positive, not 0",
        "segment.rows | -1 | Option segment.rows must be positive, not -1",
        "stall-timeout | 0 s | Option stall-timeout must be positive, not 0",
        "segment.per-tier | 1 | Option segment.per-tier must be at least 2, not 1",
        "verify.samples | 0 | Option verify.samples must be at least 1: nothing is published"
            + " unverified",
        "compaction.interval | 0 s | Option compaction.interval must be positive, not 0",
        "compaction.target-rows | 0 | Option compaction.target-rows must be positive, not 0",
        "compaction.small-fragments | 1 | Option compaction.small-fragments must be at least 2,"
            + " not 1",
        "compaction.deletions | 0 | Option compaction.deletions must be above 0 and at most 1, not"
            + " 0.0",
        "compaction.deletions | 1.1 | Option compaction.deletions must be above 0 and at most 1,"
            + " not 1.1",
        "compaction.deletions | NaN | Option compaction.deletions must be above 0 and at most 1,"
            + " not NaN"
      })
  void wrongValuesAreNamed(String option, String value, String message) {
    Configuration config = required();
    config.setString(option, value);
    assertThatThrownBy(() -> StreamOptions.from(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({
    "index.type, IVF_XY, IVF_XY",
    "index.metric, near, near",
    "index.partitions, 0, An index has at least 1 partition",
    "index.sub-vectors, 0, Sub-vectors must be at least 1"
  })
  void wrongIndexesAreNamedInOneLine(String option, String value, String named) {
    Configuration config = required();
    config.setString(option, value);
    assertThatThrownBy(() -> StreamOptions.from(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named)
        .extracting(Throwable::getMessage)
        .asString()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource({"dataset", "vector.column"})
  void whatIsMissingIsNamed(String option) {
    Configuration config = new Configuration();
    required()
        .toMap()
        .forEach(
            (key, value) -> {
              if (!key.equals(option)) {
                config.setString(key, value);
              }
            });
    assertThatThrownBy(() -> StreamOptions.from(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Option " + option + " is missing");
  }

  @ParameterizedTest
  @CsvSource({
    "10 s, 1000, 250, 2000",
    "100 ms, 200, 2, 200",
    "4 s, 400, 100, 800",
    "1 h, 5000, 90000, 5000"
  })
  void timesFollowFreshness(String freshness, long poll, long window, long checkpoint) {
    Configuration config = required();
    config.setString("freshness", freshness);
    StreamOptions options = StreamOptions.from(config);
    assertThat(options.pollInterval()).hasMillis(poll);
    assertThat(options.window()).hasMillis(window);
    assertThat(options.checkpointInterval()).hasMillis(checkpoint);
  }

  @Test
  void secretsAreNotPrinted() {
    Configuration config = required();
    config.set(FreshetOptions.STORAGE, Map.of("secret_access_key", "hunter2"));
    StreamOptions options = StreamOptions.from(config);
    assertThat(options.toString()).contains("/data/t").doesNotContain("hunter2");
    assertThat(options.location().toString()).isEqualTo("/data/t");
    assertThat(options.location().storageOptions()).containsEntry("secret_access_key", "hunter2");
  }

  private static Configuration required() {
    Configuration config = new Configuration();
    config.set(FreshetOptions.DATASET, "/data/t");
    config.set(FreshetOptions.COLUMN, "vec");
    return config;
  }
}
