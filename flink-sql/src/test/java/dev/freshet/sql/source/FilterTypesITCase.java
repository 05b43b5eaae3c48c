package dev.freshet.sql.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.sql.QueriedColumn;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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

/** A WHERE on the values where two engines may differ answers as Flink's own evaluation does. */
class FilterTypesITCase {

  private static final List<String> FILTERS =
      List.of(
          "fixed = 'ab'",
          "fixed = 'ab   '",
          "fixed <> 'ab'",
          "fixed > 'ab'",
          "fixed IN ('ab', 'abc')",
          "fixed LIKE 'ab%'",
          "text = 'ab'",
          "text = 'ab  '",
          "text IN ('ab', 'AB', '')",
          "text NOT IN ('ab', 'AB')",
          "text > ''",
          "text LIKE '%b%'",
          "text LIKE 'AB'",
          "text LIKE ''",
          "text LIKE '%'",
          "tiny = 5",
          "tiny = 5.0",
          "tiny <> 300",
          "tiny < 128",
          "tiny IN (5, 300)",
          "small >= -32768",
          "whole = 5.5",
          "whole < 5.5",
          "whole BETWEEN 1.5 AND 6.5",
          "big = 9223372036854775807",
          "big > -9223372036854775808",
          "big = 9007199254740993",
          "big = 9007199254740993.0",
          "price = 5",
          "price = 5.50",
          "price < 5.505",
          "price IN (5, 5.5)",
          "price BETWEEN 1 AND 5.5",
          "price > 5e0",
          "price <> -5.5",
          "ratio = 0",
          "ratio >= 0",
          "ratio < 0",
          "ratio = ratio",
          "ratio > 1",
          "ratio <> 1",
          "NOT (ratio > 1)",
          "ratio IS NOT NULL",
          "single = 0",
          "single > 1",
          "day_ = DATE '1969-12-31'",
          "day_ < DATE '1970-01-01'",
          "seconds = TIMESTAMP '1969-12-31 23:59:59'",
          "seconds < TIMESTAMP '1970-01-01 00:00:00.5'",
          "millis = TIMESTAMP '1969-12-31 23:59:59.999'",
          "millis = TIMESTAMP '1969-12-31 23:59:59.999000'",
          "millis < TIMESTAMP '1969-12-31 23:59:59.9995'",
          "micros = TIMESTAMP '2026-01-31 12:00:00.000001'",
          "micros > TIMESTAMP '2026-01-31 12:00:00'",
          "nanos = TIMESTAMP '2026-01-31 12:00:00.000000001'",
          "nanos > TIMESTAMP '2026-01-31 12:00:00'",
          "instant_ = TIMESTAMP '2026-01-31 12:00:00'",
          "instant_ > CAST(TIMESTAMP '2026-01-31 11:59:59' AS TIMESTAMP_LTZ(3))",
          "CAST(millis AS DATE) = DATE '1969-12-31'",
          "clock > TIME '11:00:00'",
          "bytes_ = X'00ff'",
          "flag IS TRUE",
          "flag IS NOT TRUE",
          "flag = TRUE",
          "flag <> TRUE",
          "NOT flag",
          "flag IS NULL OR tiny = 5",
          "NOT (flag AND tiny = 5)",
          "NOT (tiny IN (5, 6) OR text IS NULL)",
          "tiny = CAST(NULL AS TINYINT)",
          "tiny IN (5, CAST(NULL AS TINYINT))",
          "tiny NOT IN (5, CAST(NULL AS TINYINT))",
          "COALESCE(tiny, 1) = 1",
          "info.a = 2",
          "items[1] = 3",
          "tiny = small",
          "`Upper` = 5",
          "`select` = 5");

  /** What distinguishes the rows; the rest is NULL. */
  private static final List<String> VALUES =
      List.of(
          "1 AS id",
          "2 AS id, CAST('ab' AS CHAR(5)) AS fixed, 'ab' AS text, CAST(5 AS TINYINT) AS tiny,"
              + " CAST(-32768 AS SMALLINT) AS small, 5 AS whole, 9223372036854775807 AS big,"
              + " CAST(5.5 AS DECIMAL(10, 2)) AS price, CAST(number AS DOUBLE) AS ratio,"
              + " CAST(number AS FLOAT) AS single, DATE '1969-12-31' AS day_, TIMESTAMP '1969-12-31"
              + " 23:59:59' AS seconds, TIMESTAMP '1969-12-31 23:59:59.999' AS millis, TIMESTAMP"
              + " '2026-01-31 12:00:00.000001' AS micros, TIMESTAMP '2026-01-31 12:00:00.000000001'"
              + " AS nanos, CAST(TIMESTAMP '2026-01-31 12:00:00' AS TIMESTAMP_LTZ(3)) AS instant_,"
              + " TIME '12:00:00' AS clock, X'00ff' AS bytes_, TRUE AS flag, ROW(2, 'b') AS info,"
              + " ARRAY[3] AS items, 5 AS `Upper`, 5 AS `select`",
          "3 AS id, CAST('abc' AS CHAR(5)) AS fixed, 'ab  ' AS text, CAST(6 AS TINYINT) AS tiny,"
              + " CAST(6 AS SMALLINT) AS small, 6 AS whole, -9223372036854775807 - 1 AS big, CAST(5"
              + " AS DECIMAL(10, 2)) AS price, CAST(number AS DOUBLE) AS ratio, CAST(number AS"
              + " FLOAT) AS single, DATE '1970-01-01' AS day_, TIMESTAMP '1970-01-01 00:00:00' AS"
              + " seconds, TIMESTAMP '1970-01-01 00:00:00.000' AS millis, TIMESTAMP '2026-01-31"
              + " 12:00:00.000000' AS micros, TIMESTAMP '2026-01-31 12:00:00.000000000' AS nanos,"
              + " CAST(TIMESTAMP '2026-01-31 11:59:59' AS TIMESTAMP_LTZ(3)) AS instant_, TIME"
              + " '10:00:00' AS clock, X'00' AS bytes_, FALSE AS flag, ROW(3, 'b') AS info,"
              + " ARRAY[4] AS items, 6 AS `Upper`, 6 AS `select`",
          "4 AS id, CAST('zz' AS CHAR(5)) AS fixed, '' AS text, CAST(-5 AS TINYINT) AS tiny,"
              + " CAST(-5 AS SMALLINT) AS small, -5 AS whole, 9007199254740993 AS big, CAST(-5.5 AS"
              + " DECIMAL(10, 2)) AS price, CAST(number AS DOUBLE) AS ratio, CAST(number AS FLOAT)"
              + " AS single, DATE '2026-01-31' AS day_, TIMESTAMP '2026-01-31 12:00:00' AS seconds,"
              + " TIMESTAMP '2026-01-31 12:00:00.000' AS millis, TIMESTAMP '1969-12-31"
              + " 23:59:59.999999' AS micros, TIMESTAMP '1969-12-31 23:59:59.999999999' AS nanos,"
              + " CAST(TIMESTAMP '1969-12-31 23:59:59' AS TIMESTAMP_LTZ(3)) AS instant_, TIME"
              + " '00:00:00' AS clock, X'' AS bytes_, CAST(NULL AS BOOLEAN) AS flag, ROW(CAST(NULL"
              + " AS INT), 'b') AS info, ARRAY[5] AS items, 0 AS `Upper`, 0 AS `select`");

  private static final String COLUMNS =
      "id INT, fixed CHAR(5), text STRING, tiny TINYINT, small SMALLINT, whole INT, big BIGINT,"
          + " price DECIMAL(10, 2), ratio DOUBLE, single FLOAT, day_ DATE, seconds TIMESTAMP(0),"
          + " millis TIMESTAMP(3), micros TIMESTAMP(6), nanos TIMESTAMP(9), instant_"
          + " TIMESTAMP_LTZ(3), clock TIME, bytes_ BYTES, flag BOOLEAN, info ROW<a INT, b STRING>,"
          + " items ARRAY<INT>, `Upper` INT, `select` INT";

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder().setNumberSlotsPerTaskManager(2).build());

  @TempDir static Path directory;

  @BeforeAll
  static void insert() throws Exception {
    TableEnvironment tables = tables();
    String all =
        tables.from("items").getResolvedSchema().getColumnNames().stream()
            .collect(Collectors.joining("`, `", "`", "`"));
    tables
        .executeSql("INSERT INTO numbers VALUES (1, ''), (2, 'NaN'), (3, '-0.0'), (4, 'Infinity')")
        .await();
    for (String values : VALUES) {
      String names = values.equals("1 AS id") ? "id" : all;
      tables
          .executeSql(
              "INSERT INTO items ("
                  + names
                  + ") SELECT "
                  + values
                  + " FROM numbers WHERE row_ = "
                  + (VALUES.indexOf(values) + 1))
          .await();
    }
  }

  @Test
  void everyFilterAnswersAsFlinkDoes() throws Exception {
    TableEnvironment tables = tables();
    List<Set<Object>> expected =
        FILTERS.stream().<Set<Object>>map(filter -> new HashSet<>()).toList();
    String evaluated = "SELECT id, (" + String.join("), (", FILTERS) + ") FROM items";
    assertThat(tables.explainSql(evaluated)).doesNotContain("filter=[");
    try (CloseableIterator<Row> rows = tables.executeSql(evaluated).collect()) {
      while (rows.hasNext()) {
        Row row = rows.next();
        for (int i = 0; i < FILTERS.size(); i++) {
          if (Boolean.TRUE.equals(row.getField(i + 1))) {
            expected.get(i).add(row.getField(0));
          }
        }
      }
    }
    for (int i = 0; i < FILTERS.size(); i++) {
      assertThat(QueriedColumn.of(tables, "SELECT id FROM items WHERE " + FILTERS.get(i)))
          .as(FILTERS.get(i))
          .containsExactlyInAnyOrderElementsOf(expected.get(i));
    }
  }

  private static TableEnvironment tables() {
    TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inBatchMode());
    tables.getConfig().set("parallelism.default", "1");
    tables.getConfig().set("table.local-time-zone", "America/New_York");
    // Not literals: the planner cannot hold NaN.
    tables.executeSql(
        "CREATE TABLE numbers (row_ INT, number STRING) WITH ('connector' = 'freshet', 'path' = '"
            + directory.resolve("numbers")
            + "')");
    tables.executeSql(
        "CREATE TABLE items ("
            + COLUMNS
            + ") WITH ('connector' = 'freshet', 'path' = '"
            + directory.resolve("items")
            + "')");
    return tables;
  }
}
