package dev.freshet.sql.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.sql.QueriedColumn;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.ExplainDetail;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What is pushed into a scan, and what is searched, answers as Flink and brute force do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SelectITCase {

  private static final long SEED = 5;
  private static final int ROWS = 40;
  private static final int DIMENSION = 4;

  /** Evaluated by Lance in full. */
  private static final List<String> PUSHED =
      List.of(
          "id = 7 OR id > 30",
          "id <> 7 AND amount IS NULL",
          "NOT (amount > 5.25)",
          "amount = 5.50",
          "amount BETWEEN 2.5 AND 7.75",
          "id IN (1, 2, 39, 77)",
          "id NOT IN (1, 2, 39)",
          "name = 'it''s'",
          "name LIKE 'na%'",
          "name NOT LIKE '%3%'",
          "name < 'name 3'",
          "15 <= id",
          "flag",
          "NOT flag OR id = 3",
          "day_ >= DATE '1970-01-20'",
          "at_ < TIMESTAMP '1970-01-01 00:00:20.020'",
          "name IS NOT NULL AND (flag OR id < 10)");

  /** Left to Flink. */
  private static final List<String> KEPT =
      List.of("ratio > 0.5", "name LIKE 'name__'", "id + 1 = 8", "name = '\uD83D\uDE00'");

  private final float[][] vectors = new float[ROWS][DIMENSION];

  @TempDir static Path directory;

  /** One cluster for all queries; each would start its own otherwise. */
  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder().setNumberSlotsPerTaskManager(2).build());

  @BeforeAll
  void insert() throws Exception {
    Random random = new Random(SEED);
    TableEnvironment tables = tables("");
    for (int from = 0; from < ROWS; from += 10) {
      String values =
          IntStream.range(from, from + 10)
              .mapToObj(id -> row(id, random))
              .collect(Collectors.joining(", "));
      tables.executeSql("INSERT INTO items VALUES " + values).await();
    }
  }

  private String row(int id, Random random) {
    String elements =
        IntStream.range(0, DIMENSION)
            .mapToObj(
                i -> {
                  vectors[id][i] = random.nextInt(1000) / 8f;
                  return "CAST(" + vectors[id][i] + " AS FLOAT)";
                })
            .collect(Collectors.joining(", "));
    return "(%d, %s, %s, %s, DATE '1970-01-01' + INTERVAL '%d' DAY, %s, %s, ARRAY[%s])"
        .formatted(
            id,
            id == 4 ? "CAST(NULL AS STRING)" : id == 5 ? "'it''s'" : "'name " + id + "'",
            id % 6 == 0
                ? "CAST(NULL AS DECIMAL(10, 2))"
                : "CAST(" + id / 2.0 + " AS DECIMAL(10, 2))",
            id % 5 == 0 ? "CAST(NULL AS BOOLEAN)" : id % 2 == 0 ? "TRUE" : "FALSE",
            id,
            "TIMESTAMP '1970-01-01 00:00:%02d.%03d'".formatted(id, id),
            "CAST(" + id / 40.0 + " AS DOUBLE)",
            elements);
  }

  private TableEnvironment tables(String options) {
    TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inBatchMode());
    tables.getConfig().set("parallelism.default", "1");
    tables.executeSql(
        "CREATE TABLE items (id BIGINT NOT NULL, name STRING, amount DECIMAL(10, 2), flag BOOLEAN,"
            + " day_ DATE, at_ TIMESTAMP(3), ratio DOUBLE, embedding ARRAY<FLOAT>) WITH ("
            + "'connector' = 'freshet', 'path' = '"
            + directory.resolve("items")
            + "', 'vector.column' = 'embedding', 'vector.dimension' = '4'"
            + options
            + ")");
    return tables;
  }

  /** Where there is no WHERE, Flink evaluates the predicates. */
  @Test
  void filtersAnswerAsFlinkDoes() throws Exception {
    TableEnvironment tables = tables("");
    List<String> filters = Stream.concat(PUSHED.stream(), KEPT.stream()).toList();
    List<Set<Object>> expected =
        filters.stream().<Set<Object>>map(filter -> new HashSet<>()).toList();
    String evaluated = "SELECT id, (" + String.join("), (", filters) + ") FROM items";
    assertThat(tables.explainSql(evaluated)).doesNotContain("filter=[");
    try (CloseableIterator<Row> rows = tables.executeSql(evaluated).collect()) {
      while (rows.hasNext()) {
        Row row = rows.next();
        for (int i = 0; i < filters.size(); i++) {
          if (Boolean.TRUE.equals(row.getField(i + 1))) {
            expected.get(i).add(row.getField(0));
          }
        }
      }
    }
    for (int i = 0; i < filters.size(); i++) {
      assertThat(QueriedColumn.of(tables, "SELECT id FROM items WHERE " + filters.get(i)))
          .as(filters.get(i))
          .containsExactlyInAnyOrderElementsOf(expected.get(i));
    }
  }

  @Test
  void thePlanSaysWhatIsPushed() {
    TableEnvironment tables = tables("");
    for (String filter : PUSHED) {
      assertThat(tables.explainSql("SELECT id FROM items WHERE " + filter))
          .as(filter)
          .doesNotContain("where=[")
          .containsPattern("filter=\\[.+\\]");
    }
    for (String filter : KEPT) {
      assertThat(tables.explainSql("SELECT id FROM items WHERE " + filter))
          .as(filter)
          .contains("where=[");
    }
    assertThat(tables.explainSql("SELECT id FROM items LIMIT 3"))
        .contains("project=[id]")
        .contains("limit=[3]");
  }

  /** With a filter nobody knows. */
  @Test
  void thePlannerKnowsHowManyRowsThereAre() {
    assertThat(estimate(tables(""), "SELECT id FROM items")).contains("rowcount = 40.0");
    assertThat(estimate(tables(", 'scan.version' = '3'"), "SELECT id FROM items"))
        .contains("rowcount = 20.0");
    assertThat(estimate(tables(""), "SELECT id FROM items WHERE id = 3"))
        .contains("filter=[")
        .doesNotContain("rowcount = 40.0");
  }

  private static String estimate(TableEnvironment tables, String sql) {
    return tables.explainSql(sql, ExplainDetail.ESTIMATED_COST);
  }

  @Test
  void limitsAndCountsAreRight() throws Exception {
    TableEnvironment tables = tables("");
    assertThat(QueriedColumn.of(tables, "SELECT id FROM items LIMIT 13"))
        .hasSize(13)
        .doesNotHaveDuplicates();
    assertThat(QueriedColumn.of(tables, "SELECT COUNT(*) FROM items")).containsExactly((long) ROWS);
  }

  @Test
  void olderVersionsAreRead() throws Exception {
    // The sink creates the dataset as version 1, then each INSERT is one version.
    assertThat(QueriedColumn.of(tables(", 'scan.version' = '3'"), "SELECT COUNT(*) FROM items"))
        .containsExactly(20L);
    assertThatThrownBy(
            () ->
                QueriedColumn.of(
                    tables(", 'scan.version' = '3', 'scan.tag' = 'x'"),
                    "SELECT COUNT(*) FROM items"))
        .hasStackTraceContaining("exclude each other");
    assertThatThrownBy(
            () -> QueriedColumn.of(tables(", 'scan.tag' = 'x'"), "SELECT COUNT(*) FROM items"))
        .hasStackTraceContaining("No tag 'x'");
  }

  @Test
  void searchEqualsBruteForce() throws Exception {
    TableEnvironment tables = tables("");
    for (String async : List.of("true", "false")) {
      for (int query : List.of(0, 17, 39)) {
        List<Object> found = QueriedColumn.of(tables, search(query, DIMENSION, async));
        assertThat(found).as("query %s, seed %s", query, SEED).isEqualTo(nearest(query));
      }
    }
    assertThat(
            QueriedColumn.of(
                tables, search(3, DIMENSION, "true").replace("SELECT id", "SELECT score")))
        .first()
        .isEqualTo(0.0);
  }

  @Test
  void aQueryOfAnotherDimensionIsRefused() {
    assertThatThrownBy(() -> QueriedColumn.of(tables(""), search(0, 3, "true")))
        .hasStackTraceContaining("The query vector has 3 elements, but column 'embedding'");
  }

  private String search(int query, int dimension, String async) {
    String elements =
        IntStream.range(0, dimension)
            .mapToObj(i -> "CAST(" + vectors[query][i] + " AS FLOAT)")
            .collect(Collectors.joining(", "));
    return "SELECT id, score FROM (VALUES (1, ARRAY["
        + elements
        + "])) AS q(qid, qv), LATERAL TABLE(VECTOR_SEARCH(SEARCH_TABLE => TABLE items,"
        + " COLUMN_TO_SEARCH => DESCRIPTOR(embedding), COLUMN_TO_QUERY => q.qv, TOP_K => 5,"
        + " CONFIG => MAP['async', '"
        + async
        + "']))";
  }

  private List<Object> nearest(int query) {
    return IntStream.range(0, ROWS)
        .boxed()
        .sorted((a, b) -> Double.compare(distance(query, a), distance(query, b)))
        .limit(5)
        .map(Integer::longValue)
        .collect(Collectors.toList());
  }

  private double distance(int a, int b) {
    return IntStream.range(0, DIMENSION)
        .mapToDouble(i -> Math.pow(vectors[a][i] - vectors[b][i], 2))
        .sum();
  }
}
