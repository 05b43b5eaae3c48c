package dev.freshet.sql.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.lance.sample.VectorTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A query vector of any type of numbers is one by its values, as a literal and as a column. */
class QueryTypesITCase {

  private static final float[][] VECTORS = {
    {1, 0}, {0, 1}, {3, 1}, {1, 3}, {-2, 5}, {100, -100}, {0.5f, 0.25f}, {-1, -1}, {120, 7}
  };
  private static final int K = 4;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder().setNumberSlotsPerTaskManager(2).build());

  @TempDir static Path directory;

  @BeforeAll
  static void create() {
    try (VectorTable table = VectorTable.create(directory.resolve("items").toString(), 2)) {
      for (float[] vector : VECTORS) {
        table.append(vector, 1);
      }
    }
  }

  static Stream<Arguments> types() {
    return Stream.of("l2", "cosine")
        .flatMap(
            metric ->
                Stream.of(
                    Arguments.of(metric, "FLOAT", List.of("2.5", "-1.25")),
                    Arguments.of(metric, "TINYINT", List.of("-3", "127")),
                    Arguments.of(metric, "SMALLINT", List.of("-300", "7")),
                    Arguments.of(metric, "INT", List.of("3", "1")),
                    Arguments.of(metric, "INT", List.of("0", "1")),
                    Arguments.of(metric, "INT", List.of("2147483647", "-2147483648")),
                    Arguments.of(metric, "BIGINT", List.of("3", "-1")),
                    Arguments.of(metric, "BIGINT", List.of("5000000000", "1")),
                    Arguments.of(metric, "DECIMAL(2, 1)", List.of("1.0", "0.0")),
                    Arguments.of(metric, "DECIMAL(12, 6)", List.of("0.333333", "-7.25")),
                    Arguments.of(metric, "DECIMAL(38, 18)", List.of("12345678.123456789", "-1"))));
  }

  @ParameterizedTest
  @MethodSource("types")
  void valuesAreAskedFor(String metric, String type, List<String> elements) throws Exception {
    String typed =
        elements.stream()
            .map(element -> "CAST(" + element + " AS " + type + ")")
            .collect(Collectors.joining(", ", "ARRAY[", "]"));
    float[] query = {Float.parseFloat(elements.get(0)), Float.parseFloat(elements.get(1))};
    for (String async : List.of("true", "false")) {
      assertNearest(metric, query, "SELECT id, score " + literal(typed, async));
      assertNearest(metric, query, "SELECT id, score " + column(typed, async));
    }
  }

  /** As people write them: whole numbers are of type INT, and those with a point decimals. */
  @ParameterizedTest
  @MethodSource("plainLiterals")
  void plainLiteralsAreAskedFor(String metric, String literal, float[] query) throws Exception {
    assertNearest(metric, query, "SELECT id, score " + literal(literal, "true"));
    assertNearest(metric, query, "SELECT id, score " + column(literal, "true"));
  }

  static Stream<Arguments> plainLiterals() {
    return Stream.of("l2", "cosine")
        .flatMap(
            metric ->
                Stream.of(
                    Arguments.of(metric, "ARRAY[1, 0]", new float[] {1, 0}),
                    Arguments.of(metric, "ARRAY[1.0, 0.0]", new float[] {1, 0}),
                    Arguments.of(metric, "ARRAY[3, 0.25]", new float[] {3, 0.25f})));
  }

  @Test
  void doublesAndTextsAreNotPlanned() {
    for (String query : List.of("ARRAY[1e0, 0e0]", "ARRAY['1', '0']")) {
      assertThatThrownBy(() -> read("l2", "SELECT id, score " + literal(query, "true")))
          .as(query)
          .hasStackTraceContaining("Can not cast the query column type");
    }
  }

  @Test
  void aMissingElementIsSaid() {
    for (String type : List.of("FLOAT", "INT", "DECIMAL(2, 1)")) {
      String query = "ARRAY[CAST(1 AS " + type + "), CAST(NULL AS " + type + ")]";
      assertThatThrownBy(() -> read("l2", "SELECT id, score " + column(query, "true")))
          .hasStackTraceContaining("The query vector has no element 2");
    }
  }

  private static String literal(String query, String async) {
    return "FROM VECTOR_SEARCH(TABLE items, DESCRIPTOR(vector), "
        + query
        + ", "
        + K
        + ", MAP['async', '"
        + async
        + "'])";
  }

  private static String column(String query, String async) {
    return "FROM (VALUES ("
        + query
        + ")) AS q(asked), LATERAL TABLE(VECTOR_SEARCH(TABLE items, DESCRIPTOR(vector), q.asked, "
        + K
        + ", MAP['async', '"
        + async
        + "']))";
  }

  private static void assertNearest(String metric, float[] query, String sql) throws Exception {
    List<Double> scores =
        IntStream.range(0, VECTORS.length)
            .mapToObj(id -> score(metric, query, VECTORS[id]))
            .toList();
    List<Row> found = read(metric, sql);
    assertThat(found).as(sql).hasSize(K);
    List<Double> nearest = scores.stream().sorted(Comparator.naturalOrder()).limit(K).toList();
    for (int i = 0; i < K; i++) {
      double own = scores.get(found.get(i).<Long>getFieldAs(0).intValue());
      double rounding = 1e-5 * Math.max(1, Math.abs(own));
      assertThat(found.get(i).<Double>getFieldAs(1)).as(sql).isCloseTo(own, within(rounding));
      assertThat(own).as("%s, neighbour %s", sql, i).isCloseTo(nearest.get(i), within(rounding));
    }
  }

  private static double score(String metric, float[] a, float[] b) {
    double product = dot(a, b);
    return metric.equals("l2")
        ? dot(a, a) - 2 * product + dot(b, b)
        : 1 - product / Math.sqrt(dot(a, a) * dot(b, b));
  }

  private static double dot(float[] a, float[] b) {
    return (double) a[0] * b[0] + (double) a[1] * b[1];
  }

  private static List<Row> read(String metric, String sql) throws Exception {
    TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inBatchMode());
    tables.getConfig().set("parallelism.default", "1");
    tables.executeSql(
        "CREATE TABLE items (id BIGINT, vector ARRAY<FLOAT>) WITH ('connector' = 'freshet', 'path'"
            + " = '"
            + directory.resolve("items")
            + "', 'index.metric' = '"
            + metric
            + "')");
    List<Row> found = new ArrayList<>();
    try (CloseableIterator<Row> rows = tables.executeSql(sql).collect()) {
      rows.forEachRemaining(found::add);
    }
    return found;
  }
}
