package dev.freshet.sql.types;

import java.util.List;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BinaryType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimeType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.TinyIntType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;

/** Arrow's types as Flink's: also those that Flink never writes, such as unsigned numbers. */
public final class FlinkTypes {

  private FlinkTypes() {}

  /**
   * The type of a column.
   *
   * @throws ValidationException if Flink has no such type
   */
  public static LogicalType logicalType(Field field) {
    return nullableType(field).copy(field.isNullable());
  }

  private static LogicalType nullableType(Field field) {
    return switch (field.getType().getTypeID()) {
      case Bool -> new BooleanType();
      case Int -> integer((ArrowType.Int) field.getType());
      case FloatingPoint -> floating((ArrowType.FloatingPoint) field.getType());
      case Decimal -> decimal(field);
      case Utf8, LargeUtf8 -> VarCharType.STRING_TYPE;
      case FixedSizeBinary ->
          new BinaryType(((ArrowType.FixedSizeBinary) field.getType()).getByteWidth());
      case Binary, LargeBinary -> new VarBinaryType(VarBinaryType.MAX_LENGTH);
      case Date -> date((ArrowType.Date) field.getType());
      case Time -> new TimeType(precision(((ArrowType.Time) field.getType()).getUnit()));
      case Timestamp -> timestamp((ArrowType.Timestamp) field.getType());
      case List, LargeList, FixedSizeList -> new ArrayType(logicalType(field.getChildren().get(0)));
      case Map -> map(field.getChildren().get(0).getChildren());
      case Struct -> row(field.getChildren());
      default -> throw unsupported(field);
    };
  }

  private static LogicalType integer(ArrowType.Int type) {
    return switch (type.getIsSigned() ? type.getBitWidth() : -type.getBitWidth()) {
      case 8 -> new TinyIntType();
      case 16, -8 -> new SmallIntType();
      case 32, -16 -> new IntType();
      case 64, -32 -> new BigIntType();
      default -> new DecimalType(20, 0);
    };
  }

  private static LogicalType floating(ArrowType.FloatingPoint type) {
    return type.getPrecision() == FloatingPointPrecision.DOUBLE
        ? new DoubleType()
        : new FloatType();
  }

  private static LogicalType decimal(Field field) {
    ArrowType.Decimal type = (ArrowType.Decimal) field.getType();
    if (type.getPrecision() > DecimalType.MAX_PRECISION || type.getScale() < 0) {
      throw unsupported(field);
    }
    return new DecimalType(type.getPrecision(), type.getScale());
  }

  private static LogicalType date(ArrowType.Date type) {
    return type.getUnit() == DateUnit.DAY ? new DateType() : new TimestampType(3);
  }

  private static LogicalType timestamp(ArrowType.Timestamp type) {
    int precision = precision(type.getUnit());
    return type.getTimezone() == null
        ? new TimestampType(precision)
        : new LocalZonedTimestampType(precision);
  }

  private static int precision(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 0;
      case MILLISECOND -> 3;
      case MICROSECOND -> 6;
      case NANOSECOND -> 9;
    };
  }

  private static LogicalType map(List<Field> entry) {
    return new MapType(logicalType(entry.get(0)), logicalType(entry.get(1)));
  }

  private static LogicalType row(List<Field> fields) {
    return new RowType(
        fields.stream()
            .map(field -> new RowType.RowField(field.getName(), logicalType(field)))
            .toList());
  }

  private static ValidationException unsupported(Field field) {
    return new ValidationException(
        "Column '"
            + field.getName()
            + "' is Arrow's "
            + field.getType()
            + ": Flink SQL has no such type, leave the column out of the table");
  }
}
