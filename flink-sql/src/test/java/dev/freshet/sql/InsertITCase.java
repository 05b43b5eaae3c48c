package dev.freshet.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.config.OptimizerConfigOptions;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.Dataset;
import org.lance.Ref;

/** INSERT on a cluster: written once whatever fails, and indexed in the same job. */
class InsertITCase {

  private static final long SEED = 41;
  private static final int DIMENSION = 16;
  private static final int PARTITIONS = 8;

  @TempDir Path directory;

  @Test
  void aBoundedInsertEndsWhenAllIsIndexed() throws Exception {
    int rows = 20_000;
    try (SqlJob job =
        SqlJob.start(
            SqlJob.settings(directory.resolve("checkpoints"), 2, 0),
            statements(rows, rows, index()))) {
      job.awaitEnd();
    }
    assertHoldsOnce(rows, "bounded");
    table().assertIndexed(rows, "bounded");
  }

  @Test
  void everyRowIsWrittenAndIndexedOnceWhateverFails() throws Exception {
    int rows = 30_000;
    SplittableRandom random = new SplittableRandom(SEED);
    int failures = 6;
    try (SqlJob job =
        SqlJob.start(
            SqlJob.settings(directory.resolve("checkpoints"), 2, 3 * failures),
            statements(rows, 2_000, index()))) {
      for (int failure = 0; failure < failures; failure++) {
        job.awaitRunning();
        Thread.sleep(500 + random.nextInt(1500));
        job.failTaskManager();
      }
      job.awaitEnd();
      assertThat(job.restarts()).as("restarts, seed %s", SEED).isPositive();
    }
    assertHoldsOnce(rows, "seed " + SEED);
    table().assertIndexed(rows, "seed " + SEED);
  }

  @Test
  void withoutAnIndexItOnlyWrites() throws Exception {
    int rows = 5_000;
    try (SqlJob job =
        SqlJob.start(
            SqlJob.settings(directory.resolve("checkpoints"), 2, 0), statements(rows, rows, ""))) {
      job.awaitEnd();
    }
    assertHoldsOnce(rows, "without an index");
    try (DatasetVersions versions = table().versions();
        DatasetHandle handle = versions.latest()) {
      assertThat(ManifestReader.read(handle, IndexedTable.INDEX).index().segments()).isEmpty();
    }
  }

  /** Lance aborts the process if it is asked for the transaction that a clone begins with. */
  @Test
  void aNewShallowCloneIsIndexedWhileItIsWritten() throws Exception {
    int rows = 2_000;
    String original = directory.resolve("original").toString();
    Configuration flink = SqlJob.settings(directory.resolve("checkpoints"), 1, 0);
    List<String> first =
        statements(rows, rows, "").stream()
            .map(statement -> statement.replace(dataset().toString(), original))
            .toList();
    try (SqlJob job = SqlJob.start(flink, first)) {
      job.awaitEnd();
    }
    try (BufferAllocator allocator = new RootAllocator();
        Dataset opened = Dataset.open().allocator(allocator).uri(original).build()) {
      opened.shallowClone(dataset().toString(), Ref.ofMain(opened.version())).close();
    }
    try (SqlJob job = SqlJob.start(flink, statements(rows, rows, index()))) {
      job.awaitEnd();
    }
    table().assertIndexed(2L * rows, "a clone and what was inserted");
  }

  /** Flink makes one sink of them by default. */
  @Test
  void twoInsertsIntoOneTableAreOneJob() throws Exception {
    int rows = 1_000;
    Configuration flink = SqlJob.settings(directory.resolve("checkpoints"), 1, 0);
    flink.set(OptimizerConfigOptions.TABLE_OPTIMIZER_REUSE_SINK_ENABLED, false);
    List<String> statements = new ArrayList<>(statements(rows, rows, ""));
    statements.add("INSERT INTO items SELECT id + " + rows + ", 'more', embedding FROM generated");
    try (SqlJob job = SqlJob.start(flink, statements)) {
      job.awaitEnd();
    }
    assertHoldsOnce(2 * rows, "of two inserts");
  }

  @Test
  void writesInBatchMode() throws Exception {
    int rows = 5_000;
    TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inBatchMode());
    List<String> statements = statements(rows, rows, "");
    statements.subList(0, 2).forEach(tables::executeSql);
    tables.executeSql(statements.get(2)).await();
    assertHoldsOnce(rows, "in batch mode");
    assertThat(StoredRows.version(dataset())).as("one append").isEqualTo(2);
  }

  private Path dataset() {
    return directory.resolve("items");
  }

  private static String index() {
    return ", 'index.type' = 'IVF_PQ', 'index.partitions' = '"
        + PARTITIONS
        + "', 'index.sub-vectors' = '4', 'freshness' = '1s'";
  }

  private List<String> statements(int rows, int rowsPerSecond, String options) {
    return List.of(
        "CREATE TABLE generated (id BIGINT, embedding ARRAY<FLOAT>) WITH ("
            + "'connector' = 'datagen', 'number-of-rows' = '"
            + rows
            + "', 'rows-per-second' = '"
            + rowsPerSecond
            + "', 'fields.id.kind' = 'sequence', 'fields.id.start' = '0', 'fields.id.end' = '"
            + (rows - 1)
            + "', 'fields.embedding.element.min' = '0', 'fields.embedding.element.max' = '1',"
            + " 'fields.embedding.length' = '"
            + DIMENSION
            + "')",
        "CREATE TABLE items (id BIGINT NOT NULL, title STRING, embedding ARRAY<FLOAT>) WITH ("
            + "'connector' = 'freshet', 'path' = '"
            + dataset()
            + "', 'vector.column' = 'embedding', 'vector.dimension' = '"
            + DIMENSION
            + "'"
            + options
            + ")",
        "INSERT INTO items SELECT id, 'item ' || CAST(id AS STRING), embedding FROM generated");
  }

  private void assertHoldsOnce(int rows, String description) throws Exception {
    RowType ids = RowType.of(new LogicalType[] {new BigIntType()}, new String[] {"id"});
    assertThat(
            StoredRows.read(dataset(), ids).stream()
                .mapToLong((RowData row) -> row.getLong(0))
                .sorted())
        .as("rows, %s", description)
        .containsExactlyElementsOf(LongStream.range(0, rows).boxed().toList());
  }

  private IndexedTable table() {
    return new IndexedTable(dataset(), PARTITIONS);
  }
}
