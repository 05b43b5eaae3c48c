package dev.freshet.sql.sink;

import dev.freshet.state.serde.BinaryWriter;
import java.io.Serializable;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;

/**
 * The columns that tell rows apart. Their bytes are part of the state: numbers and times as 8
 * bytes, texts and bytes behind their length, decimals as their digits.
 *
 * @param columns in the key's order, with their types
 */
record PrimaryKey(RowType columns) implements Serializable {

  private static final Set<LogicalTypeRoot> PLAIN =
      EnumSet.of(
          LogicalTypeRoot.BOOLEAN,
          LogicalTypeRoot.TINYINT,
          LogicalTypeRoot.SMALLINT,
          LogicalTypeRoot.INTEGER,
          LogicalTypeRoot.BIGINT,
          LogicalTypeRoot.DECIMAL,
          LogicalTypeRoot.CHAR,
          LogicalTypeRoot.VARCHAR,
          LogicalTypeRoot.BINARY,
          LogicalTypeRoot.VARBINARY,
          LogicalTypeRoot.DATE,
          LogicalTypeRoot.TIME_WITHOUT_TIME_ZONE,
          LogicalTypeRoot.TIMESTAMP_WITHOUT_TIME_ZONE,
          LogicalTypeRoot.TIMESTAMP_WITH_LOCAL_TIME_ZONE);

  /**
   * The key of a table.
   *
   * @throws ValidationException if equality of a column's type is not plain
   */
  static PrimaryKey of(RowType rows, List<String> names) {
    RowType columns =
        new RowType(
            names.stream().map(name -> rows.getFields().get(rows.getFieldIndex(name))).toList());
    for (RowType.RowField field : columns.getFields()) {
      requirePlain(field);
    }
    return new PrimaryKey(columns);
  }

  private static void requirePlain(RowType.RowField field) {
    if (!PLAIN.contains(field.getType().getTypeRoot())) {
      throw new ValidationException(
          "Column '"
              + field.getName()
              + "' of the primary key is "
              + field.getType().asSummaryString()
              + ": a key is of whole numbers, decimals, texts, bytes, booleans, dates and times");
    }
  }

  List<String> names() {
    return columns.getFieldNames();
  }

  /** Makes keys of rows of some columns, among which the key's are. */
  Reader reader(RowType rows) {
    RowData.FieldGetter[] getters =
        columns.getFields().stream()
            .map(field -> RowData.createFieldGetter(field.getType(), position(rows, field)))
            .toArray(RowData.FieldGetter[]::new);
    return row -> key(row, getters);
  }

  private static int position(RowType rows, RowType.RowField field) {
    return rows.getFieldIndex(field.getName());
  }

  /** Makes keys. */
  interface Reader {

    /** The key of a row; empty if a column of it is null. */
    Optional<RowKey> of(RowData row);
  }

  private Optional<RowKey> key(RowData row, RowData.FieldGetter[] getters) {
    BinaryWriter out = new BinaryWriter();
    for (int i = 0; i < getters.length; i++) {
      Object value = getters[i].getFieldOrNull(row);
      if (value == null) {
        return Optional.empty();
      }
      write(value, columns.getTypeAt(i), out);
    }
    return Optional.of(new RowKey(out.toBytes()));
  }

  private static void write(Object value, LogicalType type, BinaryWriter out) {
    if (value instanceof Number number) {
      out.writeLong(number.longValue());
    } else if (value instanceof Boolean bool) {
      out.writeNumber(bool ? 1 : 0);
    } else if (value instanceof StringData text) {
      out.writeBytes(text.toBytes());
    } else if (value instanceof byte[] bytes) {
      out.writeBytes(bytes);
    } else if (value instanceof DecimalData decimal) {
      out.writeBytes(decimal.toUnscaledBytes());
    } else if (value instanceof TimestampData time) {
      out.writeLong(time.getMillisecond());
      out.writeNumber(time.getNanoOfMillisecond());
    } else {
      throw new IllegalStateException("No key is of type " + type.asSummaryString());
    }
  }
}
