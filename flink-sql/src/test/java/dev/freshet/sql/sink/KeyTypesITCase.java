package dev.freshet.sql.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.sql.QueriedColumn;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A row replaces the one of an equal key, whatever type of the same kind the key is written as. */
class KeyTypesITCase {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder().setNumberSlotsPerTaskManager(2).build());

  @TempDir Path directory;

  static Stream<Arguments> keys() {
    return Stream.of(
        Arguments.of("BIGINT", "CAST(-7 AS BIGINT)", "CAST(-7 AS TINYINT)", 1),
        Arguments.of("BIGINT", "7", "CAST(7 AS SMALLINT)", 1),
        Arguments.of("INT", "7", "CAST(7 AS SMALLINT)", 1),
        Arguments.of("DECIMAL(20, 2)", "7", "7.00", 1),
        Arguments.of("DECIMAL(38, 2)", "-7.5", "CAST(-7.50 AS DECIMAL(5, 2))", 1),
        Arguments.of("STRING", "'a'", "CAST('a' AS CHAR(1))", 1),
        Arguments.of("STRING", "'a'", "'a '", 2),
        Arguments.of("CHAR(3)", "'a'", "CAST('a' AS CHAR(2))", 1),
        Arguments.of("DATE", "DATE '1969-12-31'", "CAST('1969-12-31' AS DATE)", 1),
        Arguments.of("TIME", "TIME '12:00:01'", "CAST('12:00:01' AS TIME)", 1),
        Arguments.of(
            "TIMESTAMP(3)",
            "TIMESTAMP '1969-12-31 23:59:59.999'",
            "TIMESTAMP '1969-12-31 23:59:59.999000'",
            1),
        Arguments.of(
            "TIMESTAMP_LTZ(3)",
            "TIMESTAMP '2026-01-31 12:00:00'",
            "CAST('2026-01-31 12:00:00' AS TIMESTAMP_LTZ(3))",
            1),
        Arguments.of("BYTES", "X'00ff'", "CAST(X'00ff' AS BINARY(2))", 1),
        Arguments.of("BOOLEAN", "FALSE", "CAST('false' AS BOOLEAN)", 1));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void equalKeysAreOneRow(String type, String first, String second, int rows) throws Exception {
    TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inBatchMode());
    tables.getConfig().set("parallelism.default", "2");
    tables.executeSql(
        "CREATE TABLE items (id "
            + type
            + " NOT NULL, title STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' ="
            + " 'freshet', 'path' = '"
            + directory.resolve("items")
            + "')");
    tables.executeSql("INSERT INTO items VALUES (" + first + ", 'first')").await();
    tables.executeSql("INSERT INTO items VALUES (" + second + ", 'second')").await();
    assertThat(QueriedColumn.of(tables, "SELECT title FROM items ORDER BY title"))
        .isEqualTo(rows == 1 ? List.of("second") : List.of("first", "second"));
  }
}
