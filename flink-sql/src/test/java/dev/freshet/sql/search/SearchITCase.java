package dev.freshet.sql.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.lance.sample.VectorTable;
import dev.freshet.sql.search.SearchedTable.Neighbour;
import dev.freshet.state.model.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

  private static Map<Metric, SearchedTable> flat;
  private static Map<Metric, SearchedTable> products;
  private static List<float[]> queries;

  @BeforeAll
  static void create() {
    flat = tables("flat", SearchedTable::indexFlat);
    products = tables("products", SearchedTable::indexProducts);
    queries = Stream.generate(flat.get(Metric.L2)::vector).limit(QUERIES).toList();
    try (VectorTable table =
        VectorTable.create(directory.resolve("queries").toString(), SearchedTable.DIMENSION)) {
      queries.forEach(query -> table.append(query, 1));
    }
  }

  /** One table for each metric, all of whose rows its index covers. */
  private static Map<Metric, SearchedTable> tables(String name, Consumer<SearchedTable> index) {
    Map<Metric, SearchedTable> tables = new EnumMap<>(Metric.class);
    for (Metric metric : Metric.values()) {
      SearchedTable table = new SearchedTable(directory.resolve(name + "-" + metric), metric);
      index.accept(table);
      tables.put(metric, table);
    }
    return tables;
  }

  @AfterAll
  static void close() {
    flat.values().forEach(SearchedTable::close);
    products.values().forEach(SearchedTable::close);
  }

  @ParameterizedTest
  @EnumSource
  void aFlatIndexAtFullProbeEqualsBruteForce(Metric metric) throws Exception {
    for (boolean async : List.of(true, false)) {
      assertExact(flat.get(metric), search(flat.get(metric), FULL_PROBE, async), id -> true);
    }
  }

  /** An estimate is wrong by the loss of the codes, and by no factor or summand. */
  @ParameterizedTest
  @EnumSource(names = {"L2", "DOT"})
  void aProductIndexAtFullProbeEstimatesAsLanceDoes(Metric metric) throws Exception {
    SearchedTable table = products.get(metric);
    List<List<Neighbour>> found = search(table, FULL_PROBE, true);
    for (int query = 0; query < QUERIES; query++) {
      assertThat(found.get(query))
          .as("query %s, seed %s", query, SearchedTable.SEED)
          .isEqualTo(table.lance(queries.get(query), K));
    }
    assertThat(recall(table, found)).as("a lossy index answered").isLessThan(1);
    assertThat(error(table, found)).as("seed %s", SearchedTable.SEED).isBetween(0.001, 0.25);
  }

  /** Lance's own estimate would be the squared distance of unit vectors: twice as much. */
  @Test
  void underCosineAProductIndexChoosesRowsAndVectorsGiveTheScores() throws Exception {
    SearchedTable table = products.get(Metric.COSINE);
    List<List<Neighbour>> found = search(table, FULL_PROBE, true);
    for (int query = 0; query < QUERIES; query++) {
      assertThat(found.get(query))
          .as("query %s, seed %s", query, SearchedTable.SEED)
          .extracting(Neighbour::id)
          .containsExactlyInAnyOrderElementsOf(
              table.lance(queries.get(query), K).stream().map(Neighbour::id).toList());
    }
    assertThat(recall(table, found)).as("a lossy index answered").isLessThan(1);
    assertThat(error(table, found)).as("seed %s", SearchedTable.SEED).isLessThan(ROUNDING);
  }

  @Test
  void fewerProbesFindLess() throws Exception {
    SearchedTable table = flat.get(Metric.L2);
    assertThat(recall(table, search(table, ", 'search.nprobes' = '1'", true))).isBetween(0.2, 0.95);
  }

  /** With every row a candidate, nothing is left of an estimate. */
  @ParameterizedTest
  @EnumSource
  void aRefineFactorComparesVectors(Metric metric) throws Exception {
    String all = ", 'search.refine-factor' = '" + SearchedTable.ROWS / K + "'";
    SearchedTable table = products.get(metric);
    assertExact(table, search(table, FULL_PROBE + all, true), id -> true);
  }

  /** A predicate that was applied afterwards would leave fewer than were asked for. */
  @Test
  void aPrefilterHoldsForEveryNeighbour() throws Exception {
    SearchedTable table = flat.get(Metric.L2);
    List<List<Neighbour>> found =
        search(table, FULL_PROBE + ", 'search.prefilter' = 'id % 50 = 7'", true);
    assertExact(table, found, id -> id % 50 == 7);
  }

  @ParameterizedTest
  @EnumSource
  void exactLeavesTheIndexAsideButForItsMetric(Metric metric) throws Exception {
    SearchedTable table = products.get(metric);
    assertExact(table, search(table, ", 'search.exact' = 'true'", true), id -> true);
  }

  /** Lance compares the vectors of what it finds by the codes, as it does those of new rows. */
  @ParameterizedTest
  @EnumSource
  void rowsThatTheIndexDoesNotCoverMakeScoresExact(Metric metric) throws Exception {
    try (SearchedTable table = new SearchedTable(directory.resolve("growing-" + metric), metric)) {
      table.indexProducts();
      List<Long> added = queries.stream().map(table::append).toList();
      List<List<Neighbour>> found = search(table, FULL_PROBE, true);
      assertThat(error(table, found)).as("seed %s", SearchedTable.SEED).isLessThan(ROUNDING);
      for (int query = 0; query < QUERIES; query++) {
        assertThat(found.get(query))
            .as("query %s, seed %s", query, SearchedTable.SEED)
            .extracting(Neighbour::id)
            .contains(added.get(query));
      }
    }
  }

  /** An index of another metric would say nothing of the distance that is asked for. */
  @ParameterizedTest
  @EnumSource
  void aDeclaredMetricIsThatOfTheScores(Metric metric) throws Exception {
    SearchedTable indexed = products.get(metric == Metric.L2 ? Metric.COSINE : Metric.L2);
    String declared = ", 'index.metric' = '" + metric.lanceName() + "'";
    assertExact(flat.get(metric), search(indexed, declared, true), id -> true);
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

  /** How wrong the scores are in the mean, of the mean of the true ones. */
  private static double error(SearchedTable table, List<List<Neighbour>> found) {
    double error = 0;
    double size = 0;
    for (int query = 0; query < QUERIES; query++) {
      for (Neighbour neighbour : found.get(query)) {
        double score = table.score(queries.get(query), neighbour.id());
        error += Math.abs(neighbour.score() - score);
        size += Math.abs(score);
      }
    }
    return error / size;
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
