package dev.freshet.sql.types;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.flink.table.api.TableException;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.RowType;

/**
 * Writes rows into the vectors of a batch, each value into the column of its name.
 *
 * <p>The vectors grow as needed; what bounds their memory is how often the caller takes the batch.
 */
public final class ArrowRowWriter {

  private static final int SHOWN_COLUMNS = 3;
  private static final int SHOWN_CHARACTERS = 40;

  private final VectorSchemaRoot root;
  private final RowType type;
  private final List<ValueWriter> writers = new ArrayList<>();
  private final RowData.FieldGetter[] getters;
  private int rows;
  private long bytes;

  /**
   * @param root of the columns that {@link ArrowSchemas#schema} gives for the type, in any order;
   *     stays the caller's
   */
  public ArrowRowWriter(RowType type, VectorSchemaRoot root) {
    this.root = root;
    this.type = type;
    this.getters = new RowData.FieldGetter[type.getFieldCount()];
    for (int i = 0; i < getters.length; i++) {
      getters[i] = RowData.createFieldGetter(type.getTypeAt(i), i);
      writers.add(ValueWriters.of(type.getTypeAt(i), root.getVector(type.getFieldNames().get(i))));
    }
  }

  /**
   * Adds a row to the batch.
   *
   * @throws TableException that names the column and the row, if a value does not fit
   */
  public void write(RowData row) {
    for (int i = 0; i < getters.length; i++) {
      try {
        bytes +=
            ValueWriters.write(
                writers.get(i), type.getTypeAt(i), rows, getters[i].getFieldOrNull(row));
      } catch (IllegalArgumentException e) {
        throw new TableException(
            "Column '"
                + type.getFieldNames().get(i)
                + "' of the row with "
                + describe(row)
                + ": "
                + e.getMessage(),
            e);
      }
    }
    rows++;
  }

  /** Rows in the batch. */
  public int rows() {
    return rows;
  }

  /** About how many bytes the batch holds. */
  public long bytes() {
    return bytes;
  }

  /** Completes the batch: the root may be read, until it is cleared. */
  public void finish() {
    root.getFieldVectors().forEach(vector -> vector.setValueCount(rows));
    root.setRowCount(rows);
  }

  /** Begins a new batch in fresh memory; what was exported of the last one stays as it is. */
  public void reset() {
    root.getFieldVectors().forEach(FieldVector::clear);
    root.setRowCount(0);
    rows = 0;
    bytes = 0;
  }

  /** The first values that tell a row from others. */
  private String describe(RowData row) {
    StringJoiner shown = new StringJoiner(", ");
    int left = SHOWN_COLUMNS;
    for (int i = 0; i < getters.length && left > 0; i++) {
      if (isShort(type.getTypeAt(i))) {
        String value = String.valueOf(getters[i].getFieldOrNull(row));
        shown.add(
            type.getFieldNames().get(i)
                + " = "
                + value.substring(0, Math.min(value.length(), SHOWN_CHARACTERS)));
        left--;
      }
    }
    return shown.toString();
  }

  private static boolean isShort(LogicalType type) {
    return type.is(LogicalTypeFamily.PREDEFINED) && !type.is(LogicalTypeFamily.BINARY_STRING);
  }
}
