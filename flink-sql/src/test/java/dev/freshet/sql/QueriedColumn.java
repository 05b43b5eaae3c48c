package dev.freshet.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

/** What a statement gives, of which only the first column matters. */
public final class QueriedColumn {

  private QueriedColumn() {}

  /** The first value of each row, in the order in which the rows come. */
  public static List<Object> of(TableEnvironment tables, String sql) throws Exception {
    List<Object> values = new ArrayList<>();
    try (CloseableIterator<Row> rows = tables.executeSql(sql).collect()) {
      rows.forEachRemaining(row -> values.add(row.getField(0)));
    }
    return values;
  }
}
