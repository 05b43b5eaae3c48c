package dev.freshet.sql.types;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/** Writes nested rows. */
final class StructWriter implements ValueWriter {

  private final StructVector structs;
  private final RowType type;
  private final List<ValueWriter> fields = new ArrayList<>();
  private final RowData.FieldGetter[] getters;

  StructWriter(RowType type, StructVector structs) {
    this.structs = structs;
    this.type = type;
    this.getters = new RowData.FieldGetter[type.getFieldCount()];
    for (int i = 0; i < getters.length; i++) {
      getters[i] = RowData.createFieldGetter(type.getTypeAt(i), i);
      fields.add(ValueWriters.of(type.getTypeAt(i), (FieldVector) structs.getVectorById(i)));
    }
  }

  @Override
  public int write(int index, Object value) {
    RowData row = (RowData) value;
    structs.setIndexDefined(index);
    int bytes = 1;
    for (int i = 0; i < getters.length; i++) {
      bytes +=
          ValueWriters.write(
              fields.get(i), type.getTypeAt(i), index, getters[i].getFieldOrNull(row));
    }
    return bytes;
  }

  @Override
  public void writeNull(int index) {
    structs.setNull(index);
    fields.forEach(field -> field.writeNull(index));
  }
}
