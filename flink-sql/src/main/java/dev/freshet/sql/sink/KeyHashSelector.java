package dev.freshet.sql.sink;

import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/** Sends all rows of a primary key the same way. */
final class KeyHashSelector implements KeySelector<RowData, Integer> {

  private static final long serialVersionUID = 1L;

  private final RowType rows;
  private final PrimaryKey key;
  private transient PrimaryKey.Reader reader;

  KeyHashSelector(RowType rows, PrimaryKey key) {
    this.rows = rows;
    this.key = key;
  }

  @Override
  public Integer getKey(RowData row) {
    if (reader == null) {
      reader = key.reader(rows);
    }
    return reader.of(row).hashCode();
  }
}
