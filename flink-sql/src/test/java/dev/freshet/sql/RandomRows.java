package dev.freshet.sql;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BinaryType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/** Seeded rows of any type that a table can hold. */
public final class RandomRows {

  private static final int NULL_EVERY = 5;
  private static final int MILLIS_PER_DAY = 86_400_000;

  private final Random random;

  public RandomRows(long seed) {
    this.random = new Random(seed);
  }

  /** A row; a column of the given name, if there is one, is a vector of this dimension. */
  public GenericRowData next(RowType type, String vectorColumn, int dimension) {
    GenericRowData row = new GenericRowData(type.getFieldCount());
    for (int i = 0; i < type.getFieldCount(); i++) {
      boolean isVector = type.getFieldNames().get(i).equals(vectorColumn);
      row.setField(i, isVector ? vector(type.getTypeAt(i), dimension) : next(type.getTypeAt(i)));
    }
    return row;
  }

  private Object vector(LogicalType type, int dimension) {
    if (isNull(type)) {
      return null;
    }
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = random.nextFloat();
    }
    return new GenericArrayData(vector);
  }

  private boolean isNull(LogicalType type) {
    return type.isNullable() && random.nextInt(NULL_EVERY) == 0;
  }

  private Object next(LogicalType type) {
    if (isNull(type)) {
      return null;
    }
    return switch (type.getTypeRoot()) {
      case BOOLEAN -> random.nextBoolean();
      case TINYINT -> (byte) random.nextInt();
      case SMALLINT -> (short) random.nextInt();
      case INTEGER -> random.nextInt();
      case BIGINT -> random.nextLong();
      case FLOAT -> random.nextFloat();
      case DOUBLE -> random.nextDouble();
      case DECIMAL -> decimal((DecimalType) type);
      case CHAR, VARCHAR -> StringData.fromString(text());
      case BINARY -> bytes(((BinaryType) type).getLength());
      case VARBINARY -> bytes(random.nextInt(20));
      case DATE -> random.nextInt(40_000) - 20_000;
      case TIME_WITHOUT_TIME_ZONE -> time(LogicalTypeChecks.getPrecision(type));
      case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
          timestamp(LogicalTypeChecks.getPrecision(type));
      case ARRAY -> array((ArrayType) type);
      case MAP -> map((MapType) type);
      case ROW -> next((RowType) type, "", 0);
      default -> throw new IllegalArgumentException("No random " + type);
    };
  }

  private DecimalData decimal(DecimalType type) {
    BigInteger unscaled = new BigInteger(3 * type.getPrecision(), random);
    return DecimalData.fromBigDecimal(
        new BigDecimal(unscaled, type.getScale()), type.getPrecision(), type.getScale());
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(12); left > 0; left--) {
      text.appendCodePoint(random.nextBoolean() ? 'a' + random.nextInt(26) : 0x1F600 + left);
    }
    return text.toString();
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private int time(int precision) {
    int millis = random.nextInt(MILLIS_PER_DAY);
    return precision == 0 ? millis / 1000 * 1000 : millis;
  }

  /** Before and after 1970, with digits up to the precision. */
  private TimestampData timestamp(int precision) {
    long seconds = random.nextInt();
    long unit = (long) Math.pow(10, 9 - precision);
    long nanos = random.nextInt(1_000_000_000) / unit * unit;
    return TimestampData.fromEpochMillis(
        seconds * 1000 + nanos / 1_000_000, (int) (nanos % 1_000_000));
  }

  private GenericArrayData array(ArrayType type) {
    Object[] values = new Object[random.nextInt(5)];
    for (int i = 0; i < values.length; i++) {
      values[i] = next(type.getElementType());
    }
    return new GenericArrayData(values);
  }

  private GenericMapData map(MapType type) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int left = random.nextInt(4); left > 0; left--) {
      map.put(next(type.getKeyType().copy(false)), next(type.getValueType()));
    }
    return new GenericMapData(map);
  }
}
