package dev.freshet.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.sql.IndexedTable.Item;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** INSERT into a table with a primary key on a cluster. */
class UpsertITCase {

  private static final long SEED = 23;
  private static final int CHANGES = 12_000;
  private static final int KEYS = 1_500;
  private static final int DIMENSION = 16;
  private static final int PARTITIONS = 4;
  private static final int FAILURES = 4;

  @TempDir Path directory;

  @Test
  void aRandomChangelogEndsAsItsLastRowsWhateverFails() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    try (SqlJob job =
        SqlJob.start(
            SqlJob.settings(directory.resolve("checkpoints"), 2, 3 * FAILURES),
            UpsertITCase::createChanges,
            List.of(
                items(
                    ", 'sink.upsert.buffer' = '128kb', 'index.type' = 'IVF_PQ',"
                        + " 'index.partitions' = '4', 'index.sub-vectors' = '4', 'freshness' ="
                        + " '1s'"),
                "INSERT INTO items SELECT * FROM changes"))) {
      for (int failure = 0; failure < FAILURES; failure++) {
        job.awaitRunning();
        Thread.sleep(500 + random.nextInt(1500));
        job.failTaskManager();
      }
      job.awaitEnd();
      assertThat(job.restarts()).as("restarts, seed %s", SEED).isPositive();
    }
    IndexedTable table = new IndexedTable(dataset(), PARTITIONS);
    Map<Long, Item> expected = lastRows();
    assertThat(table.items()).as("seed %s", SEED).isEqualTo(expected);
    table.assertIndexed(expected.size(), "seed " + SEED);
  }

  /** Its writers get the rows of a key each, though nothing else asks Flink to send them so. */
  @Test
  void rowsThatAreOnlyInsertedReplaceEachOtherToo() throws Exception {
    try (SqlJob job =
        SqlJob.start(
            SqlJob.settings(directory.resolve("checkpoints"), 2, 0),
            List.of(
                "CREATE TABLE generated (n BIGINT, embedding ARRAY<FLOAT>) WITH ('connector' ="
                    + " 'datagen', 'fields.n.kind' = 'sequence', 'fields.n.start' = '0',"
                    + " 'fields.n.end' = '1999', 'fields.embedding.length' = '16')",
                items(""),
                "INSERT INTO items SELECT n / 20, 'item ' || CAST(n AS STRING), embedding FROM"
                    + " generated ON CONFLICT DO DEDUPLICATE"))) {
      job.awaitEnd();
    }
    assertThat(new IndexedTable(dataset(), 1).items()).hasSize(100);
  }

  private static void createChanges(StreamTableEnvironment tables, StreamExecutionEnvironment env) {
    TypeInformation<Row> type =
        Types.ROW_NAMED(
            new String[] {"id", "title", "embedding"},
            Types.LONG,
            Types.STRING,
            Types.OBJECT_ARRAY(Types.FLOAT));
    DataGeneratorSource<Row> source =
        new DataGeneratorSource<>(
            UpsertITCase::change, CHANGES, RateLimiterStrategy.perSecond(1_500), type);
    DataStream<Row> changes =
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "changes").setParallelism(1);
    tables.createTemporaryView(
        "changes",
        tables.fromChangelogStream(
            changes,
            Schema.newBuilder()
                .column("id", "BIGINT NOT NULL")
                .column("title", "STRING")
                .column("embedding", "ARRAY<FLOAT>")
                .primaryKey("id")
                .build(),
            ChangelogMode.upsert()));
  }

  /** The n-th change; one of five deletes. */
  private static Row change(long n) {
    SplittableRandom random = new SplittableRandom(SEED ^ (n * 0x9E3779B97F4A7C15L));
    long id = random.nextLong(KEYS);
    boolean deletes = random.nextInt(5) == 0;
    Float[] embedding = new Float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      embedding[d] = (float) random.nextDouble();
    }
    return Row.ofKind(deletes ? RowKind.DELETE : RowKind.UPDATE_AFTER, id, "item " + n, embedding);
  }

  private static Map<Long, Item> lastRows() {
    Map<Long, Item> rows = new TreeMap<>();
    for (long n = 0; n < CHANGES; n++) {
      Row change = change(n);
      Long id = (Long) change.getField(0);
      if (change.getKind() == RowKind.DELETE) {
        rows.remove(id);
      } else {
        List<Float> embedding = List.of((Float[]) change.getField(2));
        rows.put(id, new Item((String) change.getField(1), embedding));
      }
    }
    return rows;
  }

  private String items(String options) {
    return "CREATE TABLE items (id BIGINT NOT NULL, title STRING, embedding ARRAY<FLOAT>, PRIMARY"
        + " KEY (id) NOT ENFORCED) WITH ('connector' = 'freshet', 'path' = '"
        + dataset()
        + "', 'vector.column' = 'embedding', 'vector.dimension' = '"
        + DIMENSION
        + "'"
        + options
        + ")";
  }

  private Path dataset() {
    return directory.resolve("items");
  }
}
