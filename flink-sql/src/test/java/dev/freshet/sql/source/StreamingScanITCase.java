package dev.freshet.sql.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A scan that does not end: what is there, then what is inserted. */
class StreamingScanITCase {

  @TempDir Path directory;

  @Test
  @Timeout(120)
  void theSnapshotComesFirstAndThenEachInsert() throws Exception {
    insert(0, 10);
    insert(10, 15);
    TableEnvironment tables =
        tables(
            EnvironmentSettings.inStreamingMode(),
            ", 'scan.mode' = 'streaming', 'scan.poll-interval' = '200 ms'");
    try (CloseableIterator<Row> rows = tables.executeSql("SELECT id FROM items").collect()) {
      assertThat(next(rows, 15)).containsExactlyInAnyOrderElementsOf(ids(0, 15));
      insert(15, 20);
      assertThat(next(rows, 5)).containsExactlyInAnyOrderElementsOf(ids(15, 20));
      insert(20, 27);
      insert(27, 30);
      assertThat(next(rows, 10)).containsExactlyInAnyOrderElementsOf(ids(20, 30));
    }
  }

  @Test
  @Timeout(120)
  void anUpdatedRowComesAgain() throws Exception {
    try (UpdatedTable table = new UpdatedTable(directory.resolve("updated"), true)) {
      table.append(0, 6);
      TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
      tables.getConfig().set("parallelism.default", "1");
      tables.executeSql(
          "CREATE TABLE updated (id BIGINT, title STRING) WITH ('connector' = 'freshet', 'path' = '"
              + directory.resolve("updated")
              + "', 'scan.mode' = 'streaming', 'scan.poll-interval' = '200 ms')");
      String read = "SELECT CAST(id AS STRING) || ' ' || title FROM updated";
      try (CloseableIterator<Row> rows = tables.executeSql(read).collect()) {
        assertThat(next(rows, 6)).hasSize(6).contains("0 first", "5 first");
        table.rewriteTitles(0, 1, 3, "in place");
        assertThat(next(rows, 2)).containsExactlyInAnyOrder("1 in place", "2 in place");
        table.merge(3, 5, "merged");
        assertThat(next(rows, 2)).containsExactlyInAnyOrder("3 merged", "4 merged");
        table.append(6, 7);
        assertThat(next(rows, 1)).containsExactly("6 first");
      }
    }
  }

  private static List<Object> next(CloseableIterator<Row> rows, int count) {
    List<Object> ids = new ArrayList<>();
    while (ids.size() < count && rows.hasNext()) {
      ids.add(rows.next().getField(0));
    }
    return ids;
  }

  private static List<Object> ids(long from, long to) {
    return LongStream.range(from, to).<Object>mapToObj(id -> id).toList();
  }

  private void insert(long from, long to) throws Exception {
    String values =
        LongStream.range(from, to)
            .mapToObj(id -> "(" + id + ", ARRAY[CAST(" + id + " AS FLOAT), CAST(1 AS FLOAT)])")
            .collect(Collectors.joining(", "));
    tables(EnvironmentSettings.inBatchMode(), "")
        .executeSql("INSERT INTO items VALUES " + values)
        .await();
  }

  private TableEnvironment tables(EnvironmentSettings settings, String options) {
    TableEnvironment tables = TableEnvironment.create(settings);
    tables.getConfig().set("parallelism.default", "1");
    tables.executeSql(
        "CREATE TABLE items (id BIGINT NOT NULL, embedding ARRAY<FLOAT>) WITH ("
            + "'connector' = 'freshet', 'path' = '"
            + directory.resolve("items")
            + "', 'vector.column' = 'embedding', 'vector.dimension' = '2'"
            + options
            + ")");
    return tables;
  }
}
