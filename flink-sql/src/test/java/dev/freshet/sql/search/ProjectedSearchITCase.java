package dev.freshet.sql.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.sql.QueriedColumn;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** VECTOR_SEARCH over a subquery of some columns, filtered by columns that it leaves out too. */
class ProjectedSearchITCase {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder().setNumberSlotsPerTaskManager(2).build());

  @TempDir Path directory;

  /** Columns come back under their own names, whatever order a view gives them. */
  @Test
  void projectionsReturnTheirColumns() throws Exception {
    TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inBatchMode());
    tables.getConfig().set("parallelism.default", "1");
    tables.executeSql(
        "CREATE TABLE documents (id BIGINT, name STRING, info ROW<a INT, b STRING>, amount"
            + " DECIMAL(10, 2), vector ARRAY<FLOAT>) WITH ('connector' = 'freshet', 'path' = '"
            + directory.resolve("documents")
            + "', 'vector.column' = 'vector', 'vector.dimension' = '2')");
    tables
        .executeSql(
            "INSERT INTO documents SELECT id, 'name ' || CAST(id AS STRING), ROW(CAST(id AS INT) *"
                + " 2, 'b ' || CAST(id AS STRING)), CAST(id AS DECIMAL(10, 2)) / 4, ARRAY[CAST(id"
                + " AS FLOAT), CAST(0 AS FLOAT)] FROM (VALUES (CAST(1 AS BIGINT)), (CAST(2 AS"
                + " BIGINT)), (CAST(3 AS BIGINT)), (CAST(4 AS BIGINT)), (CAST(5 AS BIGINT))) AS"
                + " v(id)")
        .await();
    String plain = "(SELECT id, name, vector FROM documents WHERE id > 3)";
    assertThat(found(tables, plain, "name")).containsExactly("name 4", "name 5");
    assertThat(found(tables, plain, "id")).containsExactly(4L, 5L);
    String other = "(SELECT vector, info, id AS renamed, name FROM documents WHERE amount > 0.75)";
    assertThat(found(tables, other, "name")).containsExactly("name 4", "name 5");
    assertThat(found(tables, other, "renamed")).containsExactly(4L, 5L);
    assertThat(found(tables, other, "info.a")).containsExactly(8, 10);
    assertThat(found(tables, other, "info.b")).containsExactly("b 4", "b 5");
    assertThat(found(tables, other, "vector[1]")).containsExactly(4f, 5f);
    assertThat(found(tables, other, "score")).containsExactly(16.0, 25.0);
    String all = "(SELECT * FROM documents WHERE name IN ('name 4', 'name 5'))";
    assertThat(found(tables, all, "amount"))
        .containsExactly(new BigDecimal("1.00"), new BigDecimal("1.25"));
    assertThatThrownBy(
            () -> found(tables, "(SELECT info.b AS inner_b, vector FROM documents)", "inner_b"))
        .as("an inner column alone is Flink's to support")
        .hasStackTraceContaining("Don't support calc on VECTOR_SEARCH");
  }

  private static List<Object> found(TableEnvironment tables, String table, String column)
      throws Exception {
    return QueriedColumn.of(
        tables,
        "SELECT "
            + column
            + " FROM VECTOR_SEARCH("
            + table
            + ", DESCRIPTOR(vector), CAST(ARRAY[0, 0] AS ARRAY<FLOAT>), 2)");
  }
}
