package dev.freshet.sql.types;

import org.apache.arrow.vector.complex.ListVector;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;

/** Writes arrays. */
final class ListWriter implements ValueWriter {

  private final ListVector lists;
  private final LogicalType elementType;
  private final ArrayData.ElementGetter getter;
  private final ValueWriter elements;

  ListWriter(ArrayType type, ListVector lists) {
    this.lists = lists;
    this.elementType = type.getElementType();
    this.getter = ArrayData.createElementGetter(elementType);
    this.elements = ValueWriters.of(elementType, lists.getDataVector());
  }

  @Override
  public int write(int index, Object value) {
    ArrayData array = (ArrayData) value;
    int first = lists.startNewValue(index);
    int bytes = Integer.BYTES + 1;
    for (int i = 0; i < array.size(); i++) {
      bytes +=
          ValueWriters.write(elements, elementType, first + i, getter.getElementOrNull(array, i));
    }
    lists.endValue(index, array.size());
    return bytes;
  }

  @Override
  public void writeNull(int index) {
    lists.setNull(index);
  }
}
