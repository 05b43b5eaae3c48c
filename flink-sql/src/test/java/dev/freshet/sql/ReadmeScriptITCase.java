package dev.freshet.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CollectionUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The statements that the README shows, with a cluster that fails in the middle of the INSERT. */
class ReadmeScriptITCase {

  private static final Path SCRIPT = Path.of("..", "docs", "example.sql");
  private static final int ROWS = 20_000;
  private static final int PARTITIONS = 16;
  private static final int NEIGHBOURS = 10;

  @TempDir Path directory;

  @Test
  void theReadmeShowsTheScript() throws Exception {
    assertThat(Files.readString(Path.of("..", "README.md")))
        .contains("```sql\n" + Files.readString(SCRIPT) + "```");
  }

  @Test
  void theScriptDoesWhatTheReadmeSays() throws Exception {
    IndexedTable table = new IndexedTable(directory.resolve("items.lance"), PARTITIONS);
    SqlScript script = SqlScript.read(SCRIPT).with("/data/items.lance", table.dataset().toString());
    insert(script, table);
    table.assertIndexed(ROWS, "after the failure");
    TableEnvironment tables =
        TableEnvironment.create(EnvironmentSettings.newInstance().inBatchMode().build());
    script.starting("CREATE").forEach(tables::executeSql);
    List<String> queries = script.starting("SELECT");
    assertThat(rows(tables, queries.get(0))).containsExactly(Row.of((long) ROWS));
    assertThat(rows(tables, queries.get(1)))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(1, 10).mapToObj(id -> Row.of((long) id, "item " + id)).toList());
    assertNearest(rows(tables, queries.get(2)), table);
  }

  private void insert(SqlScript script, IndexedTable table) throws Exception {
    Configuration flink = SqlJob.settings(directory.resolve("checkpoints"), 2, 3);
    flink.addAll(Configuration.fromMap(script.settings()));
    List<String> statements = new ArrayList<>(script.starting("CREATE"));
    statements.addAll(script.starting("INSERT"));
    try (SqlJob job = SqlJob.start(flink, statements)) {
      job.awaitRunning();
      while (StoredRows.count(table.dataset()) == 0) {
        Thread.sleep(50);
      }
      job.failTaskManager();
      assertThat(StoredRows.count(table.dataset())).as("in the middle").isLessThan(ROWS);
      job.awaitEnd();
      assertThat(job.restarts()).as("restarts").isPositive();
    }
  }

  private static void assertNearest(List<Row> found, IndexedTable table) throws Exception {
    for (long query = 1; query < 4; query++) {
      long id = query;
      List<Float> embedding = table.items().get(id).embedding();
      assertThat(found.stream().filter(row -> row.getField(0).equals(id)))
          .as("neighbours of item %s", id)
          .extracting(row -> row.getField(1))
          .containsExactlyInAnyOrderElementsOf(
              table.nearest(NEIGHBOURS, item -> cosine(embedding, item)));
    }
  }

  private static double cosine(List<Float> a, List<Float> b) {
    return 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  }

  private static double dot(List<Float> a, List<Float> b) {
    return IntStream.range(0, a.size()).mapToDouble(i -> (double) a.get(i) * b.get(i)).sum();
  }

  private static List<Row> rows(TableEnvironment tables, String query) {
    return CollectionUtil.iteratorToList(tables.executeSql(query).collect());
  }
}
