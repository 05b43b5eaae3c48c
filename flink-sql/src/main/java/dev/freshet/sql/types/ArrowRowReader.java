package dev.freshet.sql.types;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/**
 * Reads rows from the vectors of a batch; columns are found by name.
 *
 * <p>A row is a copy, so it outlives the batch. A root that is loaded with the next batch may be
 * read on.
 */
public final class ArrowRowReader {

  private final List<ValueReader> readers = new ArrayList<>();

  /**
   * @param type the columns to read
   * @throws ValidationException if the batch lacks a column
   */
  public ArrowRowReader(RowType type, VectorSchemaRoot root) {
    for (RowType.RowField field : type.getFields()) {
      FieldVector vector = root.getVector(field.getName());
      if (vector == null) {
        throw new ValidationException("The dataset has no column '" + field.getName() + "'");
      }
      readers.add(ValueReaders.of(field.getType(), vector));
    }
  }

  /** The row at an index of the batch. */
  public RowData read(int index) {
    GenericRowData row = new GenericRowData(readers.size());
    for (int i = 0; i < readers.size(); i++) {
      row.setField(i, readers.get(i).read(index));
    }
    return row;
  }
}
