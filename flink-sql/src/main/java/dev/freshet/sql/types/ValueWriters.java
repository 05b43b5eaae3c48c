package dev.freshet.sql.types;

import java.math.BigDecimal;
import java.util.function.Function;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;

/** Chooses the writer of a column. */
final class ValueWriters {

  private ValueWriters() {}

  /**
   * Writes a value that may be null.
   *
   * @return about how many bytes it takes
   */
  static int write(ValueWriter writer, LogicalType type, int index, Object value) {
    if (value != null) {
      return writer.write(index, value);
    }
    if (!type.isNullable()) {
      throw new IllegalArgumentException("null, but it is declared NOT NULL");
    }
    writer.writeNull(index);
    return 1;
  }

  static ValueWriter of(LogicalType type, FieldVector vector) {
    return switch (type.getTypeRoot()) {
      case BOOLEAN -> {
        BitVector bits = (BitVector) vector;
        yield fixed(bits, (i, value) -> bits.setSafe(i, (Boolean) value ? 1 : 0));
      }
      case TINYINT, SMALLINT, INTEGER, BIGINT, FLOAT, DOUBLE -> number(vector);
      case DECIMAL -> {
        DecimalVector decimals = (DecimalVector) vector;
        yield fixed(decimals, (i, value) -> decimals.setSafe(i, decimal(value, decimals)));
      }
      case CHAR, VARCHAR -> {
        VarCharVector texts = (VarCharVector) vector;
        yield bytes(texts, value -> ((StringData) value).toBytes());
      }
      case BINARY -> {
        FixedSizeBinaryVector bytes = (FixedSizeBinaryVector) vector;
        yield fixed(bytes, (i, value) -> bytes.setSafe(i, exactly((byte[]) value, bytes)));
      }
      case VARBINARY -> {
        VarBinaryVector bytes = (VarBinaryVector) vector;
        yield bytes(bytes, value -> (byte[]) value);
      }
      case DATE -> {
        DateDayVector days = (DateDayVector) vector;
        yield fixed(days, (i, value) -> days.setSafe(i, (Integer) value));
      }
      case TIME_WITHOUT_TIME_ZONE -> TimeUnits.timeWriter(vector);
      case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> timestamp(vector);
      case ARRAY -> array((ArrayType) type, vector);
      case MAP -> new MapWriter((MapType) type, (MapVector) vector);
      case ROW -> new StructWriter((RowType) type, (StructVector) vector);
      default -> throw ArrowTypes.unsupported(vector.getName(), type.asSummaryString());
    };
  }

  private static ValueWriter number(FieldVector vector) {
    if (vector instanceof TinyIntVector bytes) {
      return fixed(bytes, (i, value) -> bytes.setSafe(i, (Byte) value));
    }
    if (vector instanceof SmallIntVector shorts) {
      return fixed(shorts, (i, value) -> shorts.setSafe(i, (Short) value));
    }
    if (vector instanceof IntVector ints) {
      return fixed(ints, (i, value) -> ints.setSafe(i, (Integer) value));
    }
    if (vector instanceof BigIntVector longs) {
      return fixed(longs, (i, value) -> longs.setSafe(i, (Long) value));
    }
    if (vector instanceof Float4Vector floats) {
      return fixed(floats, (i, value) -> floats.setSafe(i, (Float) value));
    }
    Float8Vector doubles = (Float8Vector) vector;
    return fixed(doubles, (i, value) -> doubles.setSafe(i, (Double) value));
  }

  private static ValueWriter timestamp(FieldVector vector) {
    TimeStampVector instants = (TimeStampVector) vector;
    TimeUnits unit = TimeUnits.of(((ArrowType.Timestamp) vector.getField().getType()).getUnit());
    return fixed(
        instants, (i, value) -> instants.setSafe(i, unit.fromTimestamp((TimestampData) value)));
  }

  private static ValueWriter array(ArrayType type, FieldVector vector) {
    return vector instanceof FixedSizeListVector vectors
        ? new EmbeddingWriter(type, vectors)
        : new ListWriter(type, (ListVector) vector);
  }

  private static BigDecimal decimal(Object value, DecimalVector decimals) {
    return ((DecimalData) value).toBigDecimal().setScale(decimals.getScale());
  }

  private static byte[] exactly(byte[] value, FixedSizeBinaryVector bytes) {
    if (value.length != bytes.getByteWidth()) {
      throw new IllegalArgumentException(
          value.length + " bytes, but the type holds exactly " + bytes.getByteWidth());
    }
    return value;
  }

  /** Sets a value that is not null. */
  interface Setter {
    void set(int index, Object value);
  }

  /** Values that take as many bytes each. */
  static ValueWriter fixed(BaseFixedWidthVector vector, Setter setter) {
    int width = vector.getTypeWidth() + 1;
    return new ValueWriter() {
      @Override
      public int write(int index, Object value) {
        setter.set(index, value);
        return width;
      }

      @Override
      public void writeNull(int index) {
        while (vector.getValueCapacity() <= index) {
          vector.reAlloc();
        }
        vector.setNull(index);
      }
    };
  }

  private static ValueWriter bytes(BaseVariableWidthVector vector, Function<Object, byte[]> get) {
    return new ValueWriter() {
      @Override
      public int write(int index, Object value) {
        byte[] bytes = get.apply(value);
        vector.setSafe(index, bytes);
        return bytes.length + Integer.BYTES + 1;
      }

      @Override
      public void writeNull(int index) {
        vector.setNull(index);
      }
    };
  }
}
