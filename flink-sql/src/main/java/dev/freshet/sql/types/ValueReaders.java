package dev.freshet.sql.types;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;

/** Chooses the reader of a column by what is stored. */
final class ValueReaders {

  private ValueReaders() {}

  /**
   * The reader of a column.
   *
   * @throws ValidationException if what is stored cannot be read as the declared type
   */
  static ValueReader of(LogicalType declared, FieldVector vector) {
    return switch (declared.getTypeRoot()) {
      case BOOLEAN -> {
        BitVector bits = (BitVector) vector;
        yield scalar(bits, i -> bits.get(i) != 0);
      }
      case TINYINT, SMALLINT, INTEGER, BIGINT -> integer(vector);
      case FLOAT, DOUBLE -> floating(vector);
      case DECIMAL -> decimal((DecimalType) declared, vector);
      case CHAR, VARCHAR -> text(vector);
      case BINARY, VARBINARY -> bytes(vector);
      case DATE -> {
        DateDayVector days = (DateDayVector) vector;
        yield scalar(days, days::get);
      }
      case TIME_WITHOUT_TIME_ZONE -> TimeUnits.timeReader(vector);
      case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> timestamp(vector);
      case ARRAY -> ArrayReaders.of(((ArrayType) declared).getElementType(), vector);
      case MAP -> map((MapType) declared, (MapVector) vector);
      case ROW -> row((RowType) declared, (StructVector) vector);
      default -> throw ArrowTypes.unsupported(vector.getName(), declared.asSummaryString());
    };
  }

  /** Nulls apart. */
  static ValueReader scalar(ValueVector vector, IntFunction<Object> getter) {
    return index -> vector.isNull(index) ? null : getter.apply(index);
  }

  private static ValueReader integer(FieldVector vector) {
    if (vector instanceof TinyIntVector bytes) {
      return scalar(bytes, bytes::get);
    }
    if (vector instanceof UInt1Vector bytes) {
      return scalar(bytes, i -> (short) (bytes.get(i) & 0xFF));
    }
    if (vector instanceof SmallIntVector shorts) {
      return scalar(shorts, shorts::get);
    }
    if (vector instanceof UInt2Vector chars) {
      return scalar(chars, i -> (int) chars.get(i));
    }
    if (vector instanceof IntVector ints) {
      return scalar(ints, ints::get);
    }
    if (vector instanceof UInt4Vector ints) {
      return scalar(ints, i -> Integer.toUnsignedLong(ints.get(i)));
    }
    BigIntVector longs = (BigIntVector) vector;
    return scalar(longs, longs::get);
  }

  private static ValueReader floating(FieldVector vector) {
    if (vector instanceof Float2Vector halves) {
      return scalar(halves, halves::getValueAsFloat);
    }
    if (vector instanceof Float4Vector floats) {
      return scalar(floats, floats::get);
    }
    Float8Vector doubles = (Float8Vector) vector;
    return scalar(doubles, doubles::get);
  }

  private static ValueReader decimal(DecimalType type, FieldVector vector) {
    return scalar(
        vector,
        i -> {
          BigDecimal value =
              vector instanceof UInt8Vector longs
                  ? new BigDecimal(new BigInteger(Long.toUnsignedString(longs.get(i))))
                  : (BigDecimal) vector.getObject(i);
          return DecimalData.fromBigDecimal(value, type.getPrecision(), type.getScale());
        });
  }

  private static ValueReader text(FieldVector vector) {
    if (vector instanceof LargeVarCharVector texts) {
      return scalar(texts, i -> StringData.fromBytes(texts.get(i)));
    }
    VarCharVector texts = (VarCharVector) vector;
    return scalar(texts, i -> StringData.fromBytes(texts.get(i)));
  }

  private static ValueReader bytes(FieldVector vector) {
    if (vector instanceof FixedSizeBinaryVector bytes) {
      return scalar(bytes, bytes::get);
    }
    if (vector instanceof LargeVarBinaryVector bytes) {
      return scalar(bytes, bytes::get);
    }
    VarBinaryVector bytes = (VarBinaryVector) vector;
    return scalar(bytes, bytes::get);
  }

  private static ValueReader timestamp(FieldVector vector) {
    if (vector instanceof DateMilliVector millis) {
      return scalar(millis, i -> TimestampData.fromEpochMillis(millis.get(i)));
    }
    TimeStampVector instants = (TimeStampVector) vector;
    TimeUnits unit = TimeUnits.of(((ArrowType.Timestamp) vector.getField().getType()).getUnit());
    return scalar(instants, i -> unit.toTimestamp(instants.get(i)));
  }

  private static ValueReader map(MapType type, MapVector maps) {
    StructVector entries = (StructVector) maps.getDataVector();
    ValueReader keys = of(type.getKeyType(), (FieldVector) entries.getVectorById(0));
    ValueReader values = of(type.getValueType(), (FieldVector) entries.getVectorById(1));
    return scalar(
        maps,
        index -> {
          Map<Object, Object> map = new LinkedHashMap<>();
          for (int i = maps.getElementStartIndex(index); i < maps.getElementEndIndex(index); i++) {
            map.put(keys.read(i), values.read(i));
          }
          return new GenericMapData(map);
        });
  }

  private static ValueReader row(RowType type, StructVector structs) {
    List<ValueReader> fields =
        type.getFields().stream()
            .map(field -> of(field.getType(), structs.getChild(field.getName())))
            .toList();
    return scalar(
        structs,
        index -> {
          GenericRowData row = new GenericRowData(fields.size());
          for (int i = 0; i < fields.size(); i++) {
            row.setField(i, fields.get(i).read(index));
          }
          return row;
        });
  }
}
