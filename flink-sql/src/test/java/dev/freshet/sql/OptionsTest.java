package dev.freshet.sql;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.sql.catalog.LanceCatalogFactory;
import dev.freshet.sql.table.LanceTable;
import dev.freshet.sql.table.SourceOptions;
import dev.freshet.sql.types.VectorSpec;
import dev.freshet.state.garbage.VersionRetention;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.factories.Factory;
import org.junit.jupiter.api.Test;

/** Every option's default, and where those of a table go. */
class OptionsTest {

  private static final List<String> WITHOUT_DEFAULT =
      List.of(
          "path",
          "vector.column",
          "vector.dimension",
          "model.segment",
          "index.name",
          "index.partitions",
          "index.sub-vectors",
          "index.parallelism",
          "sink.parallelism",
          "scan.parallelism",
          "scan.version",
          "scan.tag",
          "scan.timestamp",
          "search.nprobes",
          "search.refine-factor",
          "search.ef",
          "search.prefilter",
          "warehouse",
          "versions.keep-for");

  private static final Map<String, Object> DEFAULTS =
      Map.ofEntries(
          entry("storage", Map.of()),
          entry("index.type", "IVF_PQ"),
          entry("index.metric", "l2"),
          entry("model.follow", true),
          entry("freshness", Duration.ofSeconds(10)),
          entry("shard.rows", 500_000L),
          entry("shard.bytes", MemorySize.ofMebiBytes(64)),
          entry("shard.spill", MemorySize.ofMebiBytes(4)),
          entry("segment.rows", 8_000_000L),
          entry("segment.per-tier", 8),
          entry("verify.samples", 20),
          entry("compaction.enabled", true),
          entry("compaction.interval", Duration.ofSeconds(30)),
          entry("compaction.small-fragments", 32),
          entry("compaction.target-rows", 1_048_576L),
          entry("compaction.deletions", 0.1),
          entry("stall-timeout", Duration.ofMinutes(10)),
          entry("versions.keep", 1),
          entry("sink.batch", MemorySize.ofMebiBytes(8)),
          entry("sink.fragment.rows", 1_048_576L),
          entry("sink.upsert.buffer", MemorySize.ofMebiBytes(64)),
          entry("sink.fragment.bytes", MemorySize.parse("4gb")),
          entry("scan.mode", SourceOptions.Mode.SNAPSHOT),
          entry("scan.poll-interval", Duration.ofSeconds(1)),
          entry("scan.batch-rows", 1024),
          entry("search.max-staleness", Duration.ofSeconds(5)),
          entry("search.exact", false),
          entry("search.threads", 4),
          entry("default-database", "default"));

  @Test
  void defaults() {
    Map<Boolean, List<ConfigOption<?>>> options =
        Stream.<Factory>of(new LanceTableFactory(), new LanceCatalogFactory())
            .flatMap(
                factory ->
                    Stream.concat(
                        factory.requiredOptions().stream(), factory.optionalOptions().stream()))
            .distinct()
            .collect(Collectors.partitioningBy(ConfigOption::hasDefaultValue));
    Map<String, Object> defaults = new HashMap<>();
    options.get(true).forEach(option -> defaults.put(option.key(), option.defaultValue()));
    assertThat(defaults).containsExactlyInAnyOrderEntriesOf(DEFAULTS);
    assertThat(options.get(false))
        .extracting(ConfigOption::key)
        .containsExactlyInAnyOrderElementsOf(WITHOUT_DEFAULT);
  }

  @Test
  void mappingToTheTable() {
    LanceTable table =
        table(
            Map.of(
                "path", "/data/items",
                "storage.aws_region", "x",
                "vector.column", "v",
                "vector.dimension", "3"));
    assertThat(table.location())
        .isEqualTo(new DatasetLocation("/data/items", Map.of("aws_region", "x")));
    assertThat(table.vector()).contains(new VectorSpec("v", 3));
    assertThat(table(Map.of("path", "/data/items")).vector()).isEmpty();
  }

  @Test
  void mappingToTheIndexStream() {
    UUID segment = new UUID(1, 2);
    LanceTable table =
        table(
            Map.ofEntries(
                entry("path", "/data/items"),
                entry("vector.column", "v"),
                entry("vector.dimension", "3"),
                entry("storage.aws_region", "x"),
                entry("model.segment", segment.toString()),
                entry("index.name", "i"),
                entry("index.type", "IVF_HNSW_PQ"),
                entry("index.metric", "cosine"),
                entry("index.partitions", "4"),
                entry("index.sub-vectors", "2"),
                entry("model.follow", "false"),
                entry("freshness", "5 s"),
                entry("shard.rows", "1000"),
                entry("shard.bytes", "1 mb"),
                entry("shard.spill", "2 mb"),
                entry("segment.rows", "10000"),
                entry("segment.per-tier", "4"),
                entry("verify.samples", "5"),
                entry("compaction.enabled", "false"),
                entry("compaction.interval", "1 min"),
                entry("compaction.small-fragments", "6"),
                entry("compaction.target-rows", "2000"),
                entry("compaction.deletions", "0.5"),
                entry("stall-timeout", "2 min"),
                entry("versions.keep-for", "30 h"),
                entry("versions.keep", "4")));
    assertThat(StreamOptions.from(table.options()))
        .isEqualTo(
            new StreamOptions(
                "/data/items",
                Map.of("aws_region", "x"),
                new IndexSpec.Vector(
                    "i",
                    "v",
                    IndexType.IVF_HNSW_PQ,
                    Metric.COSINE,
                    OptionalInt.of(4),
                    OptionalInt.of(2)),
                Optional.of(segment),
                false,
                Duration.ofSeconds(5),
                false,
                1000,
                MemorySize.ofMebiBytes(1),
                MemorySize.ofMebiBytes(2),
                10_000,
                4,
                5,
                new StreamOptions.CompactionOptions(false, Duration.ofMinutes(1), 6, 2000, 0.5),
                Duration.ofMinutes(2),
                Optional.of(new VersionRetention(Duration.ofHours(30), 4))));
  }

  private static LanceTable table(Map<String, String> options) {
    return LanceTable.of(
        ObjectIdentifier.of("c", "d", "t"),
        ResolvedSchema.of(
            Column.physical("id", DataTypes.BIGINT()),
            Column.physical("v", DataTypes.ARRAY(DataTypes.FLOAT()))),
        Configuration.fromMap(options));
  }
}
