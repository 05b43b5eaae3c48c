package dev.freshet.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;

/** Rows as plain lists and maps, which compare by content. */
public final class PlainRows {

  private PlainRows() {}

  public static List<Object> of(RowData row, RowType type) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < type.getFieldCount(); i++) {
      LogicalType field = type.getTypeAt(i);
      values.add(plain(RowData.createFieldGetter(field, i).getFieldOrNull(row), field));
    }
    return values;
  }

  private static Object plain(Object value, LogicalType type) {
    if (value instanceof byte[] bytes) {
      return Arrays.toString(bytes);
    }
    if (value instanceof ArrayData array) {
      return list(array, ((ArrayType) type).getElementType());
    }
    if (value instanceof MapData map) {
      List<Object> keys = list(map.keyArray(), ((MapType) type).getKeyType());
      List<Object> values = list(map.valueArray(), ((MapType) type).getValueType());
      Map<Object, Object> plain = new HashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        plain.put(keys.get(i), values.get(i));
      }
      return plain;
    }
    return value instanceof RowData row ? of(row, (RowType) type) : value;
  }

  private static List<Object> list(ArrayData array, LogicalType type) {
    ArrayData.ElementGetter getter = ArrayData.createElementGetter(type);
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      values.add(plain(getter.getElementOrNull(array, i), type));
    }
    return values;
  }
}
