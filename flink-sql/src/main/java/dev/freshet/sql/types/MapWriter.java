package dev.freshet.sql.types;

import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;

/** Writes maps as lists of entries; a key is never null. */
final class MapWriter implements ValueWriter {

  private final MapVector maps;
  private final StructVector entries;
  private final LogicalType keyType;
  private final LogicalType valueType;
  private final ArrayData.ElementGetter keyGetter;
  private final ArrayData.ElementGetter valueGetter;
  private final ValueWriter keys;
  private final ValueWriter values;

  MapWriter(MapType type, MapVector maps) {
    this.maps = maps;
    this.entries = (StructVector) maps.getDataVector();
    this.keyType = type.getKeyType().copy(false);
    this.valueType = type.getValueType();
    this.keyGetter = ArrayData.createElementGetter(type.getKeyType());
    this.valueGetter = ArrayData.createElementGetter(valueType);
    this.keys = ValueWriters.of(keyType, (FieldVector) entries.getVectorById(0));
    this.values = ValueWriters.of(valueType, (FieldVector) entries.getVectorById(1));
  }

  @Override
  public int write(int index, Object value) {
    MapData map = (MapData) value;
    ArrayData keyArray = map.keyArray();
    ArrayData valueArray = map.valueArray();
    int first = maps.startNewValue(index);
    int bytes = Integer.BYTES + 1;
    for (int i = 0; i < map.size(); i++) {
      entries.setIndexDefined(first + i);
      bytes +=
          ValueWriters.write(keys, keyType, first + i, keyGetter.getElementOrNull(keyArray, i));
      bytes +=
          ValueWriters.write(
              values, valueType, first + i, valueGetter.getElementOrNull(valueArray, i));
    }
    maps.endValue(index, map.size());
    return bytes;
  }

  @Override
  public void writeNull(int index) {
    maps.setNull(index);
  }
}
