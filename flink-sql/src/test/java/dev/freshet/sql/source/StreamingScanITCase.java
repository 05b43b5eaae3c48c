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
