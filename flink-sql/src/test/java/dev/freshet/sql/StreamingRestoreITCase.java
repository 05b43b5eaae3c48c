package dev.freshet.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.sample.VectorTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.table.api.config.ExecutionConfigOptions;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stream of what is inserted into a table that is also deleted from and compacted: each row comes
 * once, through failures and a restore with another parallelism.
 */
class StreamingRestoreITCase {

  private static final long SEED = 29;
  private static final int DIMENSION = 2;
  private static final int FAILURES = 2;
  private static final int SCANNED_AT_ONCE = 64;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final SplittableRandom random = new SplittableRandom(SEED);

  /** Rows that the stream must give: all but those that were deleted before it began. */
  private final List<Long> expected = new ArrayList<>();

  @TempDir Path directory;

  private VectorTable items;

  @BeforeEach
  void create() {
    items = VectorTable.create(directory.resolve("items").toString(), DIMENSION);
  }

  @AfterEach
  void close() {
    items.close();
  }

  @Test
  @Timeout(600)
  void everyInsertedRowIsReadOnce() throws Exception {
    append(1500);
    append(1500);
    items.delete("id % 7 = 3");
    expected.removeIf(id -> id % 7 == 3);
    String savepoint;
    try (SqlJob job = SqlJob.start(settings(2), statements())) {
      changeAndFail(job, FAILURES);
      savepoint = job.stopWithSavepoint(directory.resolve("savepoints"));
    }
    change();
    Path copies = directory.resolve("copies");
    Configuration restored = settings(3);
    restored.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    try (SqlJob job = SqlJob.start(restored, statements())) {
      changeAndFail(job, 1);
      await("the last row", job, () -> StoredRows.count(copies) >= expected.size());
      job.stopWithSavepoint(directory.resolve("savepoints"));
    }
    assertThat(ids(copies)).as("seed %s", SEED).containsExactlyElementsOf(expected);
  }

  private void changeAndFail(SqlJob job, int failures) throws Exception {
    for (int failure = 1; failure <= failures; failure++) {
      job.awaitRunning();
      change();
      Thread.sleep(random.nextInt(1000));
      change();
      int restarts = job.restarts();
      job.failTaskManager();
      await("restart " + failure, job, () -> job.restarts() > restarts);
    }
    job.awaitRunning();
  }

  /** What is inserted is not yet read when some of it is deleted and the rest moved. */
  private void change() {
    long first = items.appendedRows();
    append(200 + random.nextInt(800));
    append(1 + random.nextInt(50));
    items.delete("id % 11 = " + random.nextInt(11));
    items.delete("id >= " + first + " AND id < " + (first + random.nextInt(300)));
    append(1 + random.nextInt(300));
    items.compact(2000);
  }

  private void append(int rows) {
    long first = items.appendedRows();
    items.append(new float[rows * DIMENSION], rows);
    LongStream.range(first, first + rows).forEach(expected::add);
  }

  private static void await(String event, SqlJob job, Callable<Boolean> happened) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!happened.call()) {
      assertThat(System.nanoTime() < deadline && !job.status().isGloballyTerminalState())
          .as("%s still comes, seed %s; last failure: %s", event, SEED, job.failure())
          .isTrue();
      Thread.sleep(50);
    }
  }

  private static List<Long> ids(Path dataset) throws Exception {
    RowType ids = RowType.of(new LogicalType[] {new BigIntType()}, new String[] {"id"});
    return StoredRows.read(dataset, ids).stream()
        .map((RowData row) -> row.getLong(0))
        .sorted()
        .toList();
  }

  private Configuration settings(int parallelism) {
    Configuration settings = SqlJob.settings(directory.resolve("checkpoints"), parallelism, 20);
    settings.set(
        ExecutionConfigOptions.TABLE_EXEC_UID_GENERATION,
        ExecutionConfigOptions.UidGeneration.ALWAYS);
    // Not by the number of the node, which counts on in one process.
    settings.set(ExecutionConfigOptions.TABLE_EXEC_UID_FORMAT, "<type>_<transformation>");
    return settings;
  }

  private List<String> statements() {
    return List.of(
        "CREATE TEMPORARY FUNCTION paced AS '" + PacedId.class.getName() + "'",
        "CREATE TABLE items (id BIGINT) WITH ('connector' = 'freshet', 'path' = '"
            + directory.resolve("items")
            + "', 'scan.mode' = 'streaming', 'scan.poll-interval' = '50 ms',"
            + " 'scan.batch-rows' = '"
            + SCANNED_AT_ONCE
            + "')",
        "CREATE TABLE copies (id BIGINT) WITH ('connector' = 'freshet', 'path' = '"
            + directory.resolve("copies")
            + "')",
        "INSERT INTO copies SELECT paced(id) FROM items");
  }
}
