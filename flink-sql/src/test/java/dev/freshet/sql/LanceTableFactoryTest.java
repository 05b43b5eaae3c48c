package dev.freshet.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.sql.table.FreshetTableOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Flink's planner makes of tables, found as a user's would be: by the service file. */
class LanceTableFactoryTest {

  private static final String INDEX = ", 'index.type' = 'IVF_PQ'";

  @TempDir Path directory;

  private TableEnvironment streaming;

  @BeforeEach
  void start() {
    streaming = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
  }

  @Test
  void plansAnInsertWithoutTouchingTheDataset() {
    create(streaming, "id BIGINT, v ARRAY<FLOAT>", vector(4) + INDEX);
    assertThat(streaming.explainSql("INSERT INTO t VALUES (1, ARRAY[CAST(1 AS FLOAT)])"))
        .contains("Sink(table=[default_catalog.default_database.t]");
    assertThat(Files.exists(directory.resolve("t"))).isFalse();
  }

  @Test
  void knowsEveryOptionOfTheStream() {
    create(
        streaming,
        "id BIGINT, v ARRAY<FLOAT>",
        vector(4)
            + INDEX
            + ", 'index.name' = 'i', 'index.metric' = 'cosine', 'index.partitions' = '4',"
            + " 'index.sub-vectors' = '2', 'index.parallelism' = '1', 'freshness' = '5s',"
            + " 'shard.rows' = '1000', 'shard.bytes' = '1mb', 'segment.rows' = '10000',"
            + " 'segment.per-tier' = '4', 'verify.samples' = '5', 'compaction.enabled' = 'false',"
            + " 'compaction.interval' = '1min', 'compaction.small-fragments' = '4',"
            + " 'compaction.target-rows' = '1000', 'compaction.deletions' = '0.5',"
            + " 'stall-timeout' = '1min', 'storage.aws_region' = 'x', 'sink.parallelism' = '2',"
            + " 'sink.batch' = '1mb', 'sink.fragment.rows' = '10', 'sink.fragment.bytes' = '1gb'");
    assertThat(streaming.explainSql("INSERT INTO t VALUES (1, ARRAY[CAST(1 AS FLOAT)])"))
        .contains("Sink(");
  }

  @Test
  void hasDefaults() {
    assertThat(FreshetTableOptions.SINK_BATCH.defaultValue()).isEqualTo(MemorySize.ofMebiBytes(8));
    assertThat(FreshetTableOptions.SINK_FRAGMENT_ROWS.defaultValue()).isEqualTo(1_048_576);
    assertThat(FreshetTableOptions.SINK_FRAGMENT_BYTES.defaultValue())
        .isEqualTo(MemorySize.parse("4gb"));
    assertThat(FreshetTableOptions.SINK_UPSERT_BUFFER.defaultValue())
        .isEqualTo(MemorySize.ofMebiBytes(64));
    assertThat(FreshetTableOptions.PATH.hasDefaultValue()).isFalse();
    assertThat(FreshetTableOptions.VECTOR_DIMENSION.hasDefaultValue()).isFalse();
    assertThat(FreshetTableOptions.INDEX_PARALLELISM.hasDefaultValue()).isFalse();
  }

  @Test
  void describesEveryOption() {
    LanceTableFactory factory = new LanceTableFactory();
    assertThat(factory.requiredOptions())
        .extracting(ConfigOption::key)
        .containsExactlyInAnyOrder("path");
    assertThat(factory.optionalOptions())
        .allSatisfy(
            option ->
                assertThat(new HtmlFormatter().format(option.description()))
                    .as(option.key())
                    .endsWith("."));
  }

  @Test
  void refusesWhatCannotBeWritten() {
    refuses("id BIGINT, v ARRAY<FLOAT>", ", 'vector.column' = 'v'" + INDEX)
        .hasMessageContaining("Option vector.dimension is missing: INSERT must know the length");
    refuses("id BIGINT, v ARRAY<FLOAT>", INDEX)
        .hasMessageContaining("Options vector.column and vector.dimension are missing");
    refuses("id BIGINT, v ARRAY<FLOAT>", ", 'vector.column' = 'w', 'vector.dimension' = '3'")
        .hasMessageContaining("Option vector.column names 'w', but the table has the columns");
    refuses("id BIGINT, v ARRAY<FLOAT>", vector(0))
        .hasMessageContaining("A vector has at least one dimension, not 0");
    refuses("id BIGINT, v ARRAY<INT>", vector(3))
        .hasMessageContaining(
            "Vector column 'v' is ARRAY<INT>: it must be ARRAY<FLOAT> or ARRAY<DOUBLE>");
    refuses("id BIGINT, v MULTISET<INT>", "")
        .hasMessageContaining("Column 'v' is MULTISET<INT>: a Lance table cannot hold that type");
    refuses("id BIGINT, v ROW<a MULTISET<INT>>", "")
        .hasMessageContaining("Column 'a' is MULTISET<INT>: a Lance table cannot hold that type");
    refuses("id BIGINT, v ARRAY<FLOAT>", vector(3) + ", 'index.type' = 'IVF_XY'")
        .hasMessageContaining("IVF_XY");
    refuses("id BIGINT, v ARRAY<FLOAT>", vector(3) + ", 'sink.batch' = '1gb'")
        .hasMessageContaining("Option sink.batch must be from 1 byte to 256 mb");
    refuses("id BIGINT, v ARRAY<FLOAT>", vector(3) + ", 'colour' = 'red'")
        .hasMessageContaining("colour");
  }

  @Test
  void refusesAKeyWhoseEqualityIsNotPlain() {
    refuses("id DOUBLE, v ARRAY<FLOAT>, PRIMARY KEY (id) NOT ENFORCED", vector(3))
        .hasMessageContaining("Column 'id' of the primary key is DOUBLE NOT NULL: a key is of");
    refuses(
            "id BIGINT, v ARRAY<FLOAT>, PRIMARY KEY (id) NOT ENFORCED",
            vector(3) + ", 'sink.upsert.buffer' = '0'")
        .hasMessageContaining("Option sink.upsert.buffer must be at least 1 byte");
  }

  @Test
  void refusesToIndexInBatchMode() {
    TableEnvironment batch = TableEnvironment.create(EnvironmentSettings.inBatchMode());
    create(batch, "id BIGINT, v ARRAY<FLOAT>", vector(4) + INDEX);
    assertThatThrownBy(() -> batch.explainSql("INSERT INTO t VALUES (1, ARRAY[CAST(1 AS FLOAT)])"))
        .hasMessageContaining("cannot be indexed in batch mode");
  }

  private AbstractThrowableAssert<?, ? extends Throwable> refuses(String columns, String options) {
    create(streaming, columns, options);
    String physical = columns.replace(", PRIMARY KEY (id) NOT ENFORCED", "");
    streaming.executeSql("CREATE TABLE s (" + physical + ") WITH ('connector' = 'datagen')");
    try {
      return assertThatThrownBy(() -> streaming.explainSql("INSERT INTO t SELECT * FROM s"))
          .as(columns + options)
          .rootCause();
    } finally {
      streaming.executeSql("DROP TABLE t");
      streaming.executeSql("DROP TABLE s");
    }
  }

  private static String vector(int dimension) {
    return ", 'vector.column' = 'v', 'vector.dimension' = '" + dimension + "'";
  }

  private void create(TableEnvironment tables, String columns, String options) {
    tables.executeSql(
        "CREATE TABLE t ("
            + columns
            + ") WITH ('connector' = 'freshet', 'path' = '"
            + directory.resolve("t")
            + "'"
            + options
            + ")");
  }
}
