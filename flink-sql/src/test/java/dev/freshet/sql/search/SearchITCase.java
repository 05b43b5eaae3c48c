package dev.freshet.sql.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.operators.lance.VectorTable;
import dev.freshet.sql.search.SearchedTable.Neighbour;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
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

/** VECTOR_SEARCH over indexes, many queries in one statement, and what each option does to it. */
class SearchITCase {

  private static final int QUERIES = 40;
  private static final int K = 10;
  private static final double ROUNDING = 1e-4;
  private static final String FULL_PROBE =
      ", 'search.nprobes' = '" + SearchedTable.PARTITIONS + "'";

  /** One cluster for all queries; each would start its own otherwise. */
  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder().setNumberSlotsPerTaskManager(2).build());

  @TempDir static Path directory;

  private static SearchedTable flat;
  private static SearchedTable products;
  private static List<float[]> queries;

  @BeforeAll
  static void create() {
    flat = new SearchedTable(directory.resolve("flat"));
    flat.indexFlat();
    products = new SearchedTable(directory.resolve("products"));
    products.indexProducts();
    queries = Stream.generate(flat::vector).limit(QUERIES).toList();
    try (VectorTable table =
        VectorTable.create(directory.resolve("queries").toString(), SearchedTable.DIMENSION)) {
      queries.forEach(query -> table.append(query, 1));
    }
  }

  @AfterAll
  static void close() {
    flat.close();
    products.close();
  }

  @Test
  void aFlatIndexAtFullProbeEqualsBruteForce() throws Exception {
    for (boolean async : List.of(true, false)) {
      assertExact(flat, search(flat, FULL_PROBE, async), id -> true);
    }
  }

  @Test
  void aProductIndexAtFullProbeAnswersAsLanceDoes() throws Exception {
    List<List<Neighbour>> found = search(products, FULL_PROBE, true);
    for (int query = 0; query < QUERIES; query++) {
      assertThat(found.get(query))
          .as("query %s, seed %s", query, SearchedTable.SEED)
          .isEqualTo(products.lance(queries.get(query), K));
    }
    assertThat(recall(products, found)).as("a lossy index answered").isLessThan(1);
  }

  @Test
  void fewerProbesFindLess() throws Exception {
    List<List<Neighbour>> found = search(flat, ", 'search.nprobes' = '1'", true);
    assertThat(recall(flat, found)).isBetween(0.2, 0.95);
  }

  /** With enough candidates, all that is left of an estimate is which ones there are. */
  @Test
  void aRefineFactorComparesVectors() throws Exception {
    List<List<Neighbour>> found =
        search(products, FULL_PROBE + ", 'search.refine-factor' = '100'", true);
    assertExact(products, found, id -> true);
  }

  @Test
  void exactLeavesTheIndexAside() throws Exception {
    assertExact(products, search(products, ", 'search.exact' = 'true'", true), id -> true);
  }

  /** A predicate that was applied afterwards would leave fewer than were asked for. */
  @Test
  void aPrefilterHoldsForEveryNeighbour() throws Exception {
    List<List<Neighbour>> found =
        search(flat, FULL_PROBE + ", 'search.prefilter' = 'id % 50 = 7'", true);
    assertExact(flat, found, id -> id % 50 == 7);
  }

  @Test
  void scoresAreOfTheMetric() throws Exception {
    List<List<Neighbour>> found =
        search(flat, ", 'search.exact' = 'true', 'index.metric' = 'dot'", true);
    assertThat(found.get(0)).isNotEqualTo(flat.bruteForce(queries.get(0), K, id -> true));
    assertThat(found.get(0).get(0).score()).as("1 - dot product").isNegative();
  }

  private static void assertExact(
      SearchedTable table, List<List<Neighbour>> found, LongPredicate matching) {
    for (int query = 0; query < QUERIES; query++) {
      List<Neighbour> expected = table.bruteForce(queries.get(query), K, matching);
      assertThat(found.get(query))
          .as("query %s, seed %s", query, SearchedTable.SEED)
          .extracting(Neighbour::id)
          .containsExactlyElementsOf(expected.stream().map(Neighbour::id).toList());
      for (int i = 0; i < K; i++) {
        assertThat(found.get(query).get(i).score())
            .as("score %s of query %s, seed %s", i, query, SearchedTable.SEED)
            .isCloseTo(expected.get(i).score(), within(ROUNDING));
      }
    }
  }

  /** Share of the true neighbours that were found. */
  private static double recall(SearchedTable table, List<List<Neighbour>> found) {
    return IntStream.range(0, QUERIES)
            .mapToLong(
                query -> {
                  List<Long> ids = found.get(query).stream().map(Neighbour::id).toList();
                  return table.bruteForce(queries.get(query), K, id -> true).stream()
                      .filter(neighbour -> ids.contains(neighbour.id()))
                      .count();
                })
            .average()
            .orElseThrow()
        / K;
  }

  /** The neighbours of each query, in the order that they come in. */
  private static List<List<Neighbour>> search(SearchedTable table, String options, boolean async)
      throws Exception {
    TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inBatchMode());
    tables.getConfig().set("parallelism.default", "1");
    tables.executeSql(createTable("items", table.path(), options));
    tables.executeSql(createTable("queries", directory.resolve("queries"), ""));
    List<List<Neighbour>> found =
        Stream.<List<Neighbour>>generate(ArrayList::new).limit(QUERIES).toList();
    try (CloseableIterator<Row> rows = tables.executeSql(statement(async)).collect()) {
      rows.forEachRemaining(
          row ->
              found
                  .get(row.<Long>getFieldAs(0).intValue())
                  .add(new Neighbour(row.getFieldAs(1), row.getFieldAs(2))));
    }
    return found;
  }

  /** Flink 2.3 plans a search only without an alias, so the queries have other names. */
  private static String statement(boolean async) {
    return "SELECT query, id, score FROM queries AS q(query, asked), LATERAL TABLE(VECTOR_SEARCH("
        + "TABLE items, DESCRIPTOR(vector), q.asked, "
        + K
        + ", MAP['async', '"
        + async
        + "']))";
  }

  private static String createTable(String name, Path path, String options) {
    return "CREATE TABLE "
        + name
        + " (id BIGINT, vector ARRAY<FLOAT>) WITH ('connector' = 'freshet', 'path' = '"
        + path
        + "'"
        + options
        + ")";
  }
}
