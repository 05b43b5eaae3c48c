package dev.freshet.sql.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.lance.sample.VectorTable;
import dev.freshet.sql.search.SearchedTable.Neighbour;
import dev.freshet.state.model.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** VECTOR_SEARCH over a view or a subquery: of the rows that it lets through, the nearest. */
class FilteredSearchITCase {

  private static final int QUERIES = 8;
  private static final int K = 10;
  private static final int UNCOVERED = 50;
  private static final int ALL = SearchedTable.ROWS + UNCOVERED;
  private static final double ROUNDING = 1e-4;
  private static final String FULL_PROBE =
      ", 'search.nprobes' = '" + SearchedTable.PARTITIONS + "'";
  private static final String REFINED = FULL_PROBE + ", 'search.refine-factor' = '" + ALL + "'";

  /** Predicates of none, few, most and all rows, on both sides of what an index covers. */
  private static final Map<String, LongPredicate> FILTERS =
      new LinkedHashMap<>(
          Map.of(
              "id < 0", id -> false,
              "id IN (3, 900, 1520)", id -> id == 3 || id == 900 || id == 1520,
              "id > 1480", id -> id > 1480,
              "id >= 100 AND NOT (id BETWEEN 700 AND 720)",
                  id -> id >= 100 && (id < 700 || id > 720),
              "id IS NOT NULL", id -> true));

  /** How a table is searched, exactly in each case. */
  enum Way {
    NO_INDEX("plain", ""),
    FLAT_INDEX("flat", FULL_PROBE),
    REFINED_PRODUCT_INDEX("products", REFINED),
    INDEX_LEFT_ASIDE("products", ", 'search.exact' = 'true'");

    private final String table;
    private final String options;

    Way(String table, String options) {
      this.table = table;
      this.options = options;
    }
  }

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder().setNumberSlotsPerTaskManager(2).build());

  @TempDir static Path directory;

  private static final Map<String, SearchedTable> TABLES = new LinkedHashMap<>();
  private static List<float[]> queries;

  @BeforeAll
  static void create() {
    for (String name : List.of("plain", "flat", "products")) {
      TABLES.put(name, new SearchedTable(directory.resolve(name), Metric.L2));
    }
    TABLES.get("flat").indexFlat();
    TABLES.get("products").indexProducts();
    for (SearchedTable table : TABLES.values()) {
      for (int row = 0; row < UNCOVERED; row++) {
        table.append(table.vector());
      }
    }
    queries = Stream.generate(TABLES.get("plain")::vector).limit(QUERIES).toList();
    try (VectorTable table =
        VectorTable.create(directory.resolve("queries").toString(), SearchedTable.DIMENSION)) {
      queries.forEach(query -> table.append(query, 1));
    }
  }

  @AfterAll
  static void close() {
    TABLES.values().forEach(SearchedTable::close);
  }

  @ParameterizedTest
  @EnumSource
  void theNearestOfTheRowsThatPassAreFound(Way way) throws Exception {
    for (Map.Entry<String, LongPredicate> filter : FILTERS.entrySet()) {
      for (boolean async : List.of(true, false)) {
        String table = "(SELECT id, vector FROM items WHERE " + filter.getKey() + ")";
        assertExact(way, search(tables(way), table, async), filter.getKey(), filter.getValue());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aViewFiltersAsASubqueryDoes(Way way) throws Exception {
    TableEnvironment tables = tables(way);
    tables.executeSql("CREATE VIEW late AS SELECT * FROM items WHERE id > 1480");
    assertExact(way, search(tables, "TABLE late", true), "id > 1480", id -> id > 1480);
    tables.executeSql("CREATE VIEW later AS SELECT id, vector FROM late WHERE id <> 1500");
    assertExact(
        way,
        search(tables, "TABLE later", true),
        "id > 1480 AND id <> 1500",
        id -> id > 1480 && id != 1500);
  }

  /** The option's predicate and the view's must both hold. */
  @Test
  void theOptionFiltersToo() throws Exception {
    TableEnvironment tables =
        tables(Way.FLAT_INDEX, ", 'search.prefilter' = 'id % 2 = 0 OR id = 1501'");
    assertExact(
        Way.FLAT_INDEX,
        search(tables, "(SELECT * FROM items WHERE id > 1400)", true),
        "both",
        id -> id > 1400 && (id % 2 == 0 || id == 1501));
  }

  /** A lossy index may choose others, but none that does not pass, and not fewer. */
  @Test
  void anUnrefinedProductIndexKeepsToTheFilter() throws Exception {
    TableEnvironment tables = tables(Way.REFINED_PRODUCT_INDEX);
    tables.executeSql("ALTER TABLE items RESET ('search.refine-factor')");
    for (Map.Entry<String, LongPredicate> filter : FILTERS.entrySet()) {
      String table = "(SELECT id, vector FROM items WHERE " + filter.getKey() + ")";
      long passing = LongStream.range(0, ALL).filter(filter.getValue()).count();
      for (List<Neighbour> found : search(tables, table, true)) {
        assertThat(found)
            .as(filter.getKey())
            .hasSize((int) Math.min(K, passing))
            .allMatch(neighbour -> filter.getValue().test(neighbour.id()))
            .extracting(Neighbour::id)
            .doesNotHaveDuplicates();
      }
    }
  }

  static List<String> refused() {
    return List.of("SELECT * FROM items WHERE id + 1 > 4", "SELECT * FROM items LIMIT 3");
  }

  /** What the search would leave out is not planned. */
  @ParameterizedTest
  @MethodSource
  void refused(String table) {
    TableEnvironment tables = tables(Way.NO_INDEX);
    assertThatThrownBy(() -> search(tables, "(" + table + ")", true))
        .hasStackTraceContaining("VECTOR_SEARCH does not support");
  }

  /** Version 1 has no rows, version 2 those of the index, and each one after it a row more. */
  @Test
  void aChosenVersionIsSearched() throws Exception {
    for (boolean async : List.of(true, false)) {
      assertExact(
          Way.NO_INDEX,
          search(tables(Way.NO_INDEX, ", 'scan.version' = '2'"), "TABLE items", async),
          "version 2",
          id -> id < SearchedTable.ROWS);
      assertExact(
          Way.NO_INDEX,
          search(tables(Way.NO_INDEX, ", 'scan.version' = '5'"), "TABLE items", async),
          "version 5",
          id -> id < SearchedTable.ROWS + 3);
    }
    TableEnvironment stream =
        tables(
            EnvironmentSettings.inStreamingMode(),
            Way.NO_INDEX,
            ", 'scan.version' = '2', 'scan.mode' = 'streaming'");
    assertExact(Way.NO_INDEX, search(stream, "TABLE items", true), "latest", id -> true);
  }

  @Test
  void aColumnOfAnotherTypeIsRefused() {
    TableEnvironment tables = tables(Way.NO_INDEX);
    tables.executeSql(
        "CREATE TABLE narrow (id INT, vector ARRAY<FLOAT>) WITH ('connector' = 'freshet', 'path' ="
            + " '"
            + directory.resolve("plain")
            + "')");
    assertThatThrownBy(() -> search(tables, "TABLE narrow", true))
        .hasStackTraceContaining("Column 'id' is INT in the table and BIGINT");
  }

  private static void assertExact(
      Way way, List<List<Neighbour>> found, String filter, LongPredicate matching) {
    SearchedTable table = TABLES.get(way.table);
    for (int query = 0; query < QUERIES; query++) {
      List<Neighbour> expected = table.bruteForce(queries.get(query), K, matching);
      assertThat(found.get(query))
          .as("%s, %s, query %s, seed %s", way, filter, query, SearchedTable.SEED)
          .extracting(Neighbour::id)
          .containsExactlyElementsOf(expected.stream().map(Neighbour::id).toList());
      for (int i = 0; i < expected.size(); i++) {
        assertThat(found.get(query).get(i).score())
            .as("score %s of query %s, seed %s", i, query, SearchedTable.SEED)
            .isCloseTo(expected.get(i).score(), within(ROUNDING));
      }
    }
  }

  /** The neighbours of each query, in the order that they come in. */
  private static List<List<Neighbour>> search(TableEnvironment tables, String table, boolean async)
      throws Exception {
    List<List<Neighbour>> found =
        Stream.<List<Neighbour>>generate(ArrayList::new).limit(QUERIES).toList();
    String statement =
        "SELECT query, id, score FROM queries AS q(query, asked), LATERAL TABLE(VECTOR_SEARCH("
            + table
            + ", DESCRIPTOR(vector), q.asked, "
            + K
            + ", MAP['async', '"
            + async
            + "']))";
    try (CloseableIterator<Row> rows = tables.executeSql(statement).collect()) {
      rows.forEachRemaining(
          row ->
              found
                  .get(row.<Long>getFieldAs(0).intValue())
                  .add(new Neighbour(row.<Number>getFieldAs(1).longValue(), row.getFieldAs(2))));
    }
    return found;
  }

  private static TableEnvironment tables(Way way) {
    return tables(way, "");
  }

  private static TableEnvironment tables(Way way, String options) {
    return tables(EnvironmentSettings.inBatchMode(), way, options);
  }

  private static TableEnvironment tables(EnvironmentSettings mode, Way way, String options) {
    TableEnvironment tables = TableEnvironment.create(mode);
    tables.getConfig().set("parallelism.default", "1");
    tables.executeSql(createTable("items", way.table, way.options + options));
    tables.executeSql(createTable("queries", "queries", ""));
    return tables;
  }

  private static String createTable(String name, String path, String options) {
    return "CREATE TABLE "
        + name
        + " (id BIGINT, vector ARRAY<FLOAT>) WITH ('connector' = 'freshet', 'path' = '"
        + directory.resolve(path)
        + "'"
        + options
        + ")";
  }
}
