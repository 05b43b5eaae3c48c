package dev.freshet.sql.types;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BinaryType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * Flink's types as Arrow's.
 *
 * <p>Times and timestamps take the coarsest unit that holds their precision; a timestamp with local
 * time zone is one in UTC. The lengths of strings and of VARBINARY are not kept.
 */
public final class ArrowTypes {

  /** The zone in which instants are stored. */
  static final String UTC = "UTC";

  private static final String ELEMENT = "item";

  private ArrowTypes() {}

  /**
   * The field of a column.
   *
   * @throws ValidationException if Arrow or Lance has no such type
   */
  public static Field field(String name, LogicalType type) {
    return new Field(
        name, new FieldType(type.isNullable(), arrowType(name, type), null), children(name, type));
  }

  /**
   * The field of a column of vectors: a fixed-size list of float32.
   *
   * @throws ValidationException if the column is not an array of floats or doubles
   */
  static Field vectorField(String name, LogicalType type, int dimension) {
    boolean floats =
        type instanceof ArrayType array
            && (array.getElementType().is(LogicalTypeRoot.FLOAT)
                || array.getElementType().is(LogicalTypeRoot.DOUBLE));
    if (!floats) {
      throw new ValidationException(
          "Vector column '"
              + name
              + "' is "
              + type.asSummaryString()
              + ": it must be ARRAY<FLOAT> or ARRAY<DOUBLE>");
    }
    ArrowType element = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
    return new Field(
        name,
        new FieldType(type.isNullable(), new ArrowType.FixedSizeList(dimension), null),
        List.of(new Field(ELEMENT, FieldType.nullable(element), List.of())));
  }

  private static ArrowType arrowType(String name, LogicalType type) {
    return switch (type.getTypeRoot()) {
      case BOOLEAN -> new ArrowType.Bool();
      case TINYINT -> new ArrowType.Int(8, true);
      case SMALLINT -> new ArrowType.Int(16, true);
      case INTEGER -> new ArrowType.Int(32, true);
      case BIGINT -> new ArrowType.Int(64, true);
      case FLOAT -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      case DOUBLE -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
      case DECIMAL -> {
        DecimalType decimal = (DecimalType) type;
        yield new ArrowType.Decimal(decimal.getPrecision(), decimal.getScale(), 128);
      }
      case CHAR, VARCHAR -> new ArrowType.Utf8();
      case BINARY -> new ArrowType.FixedSizeBinary(((BinaryType) type).getLength());
      case VARBINARY -> new ArrowType.Binary();
      case DATE -> new ArrowType.Date(DateUnit.DAY);
      case TIME_WITHOUT_TIME_ZONE -> {
        TimeUnit unit = unit(type);
        yield new ArrowType.Time(unit, unit.compareTo(TimeUnit.MILLISECOND) <= 0 ? 32 : 64);
      }
      case TIMESTAMP_WITHOUT_TIME_ZONE -> new ArrowType.Timestamp(unit(type), null);
      case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> new ArrowType.Timestamp(unit(type), UTC);
      case ARRAY -> new ArrowType.List();
      case MAP -> new ArrowType.Map(false);
      case ROW -> new ArrowType.Struct();
      default -> throw unsupported(name, type.asSummaryString());
    };
  }

  private static List<Field> children(String name, LogicalType type) {
    if (type instanceof ArrayType array) {
      return List.of(nested(name, ELEMENT, array.getElementType()));
    }
    if (type instanceof MapType map) {
      Field key = notNullable(nested(name, MapVector.KEY_NAME, map.getKeyType()));
      Field value = nested(name, MapVector.VALUE_NAME, map.getValueType());
      return List.of(
          new Field(
              MapVector.DATA_VECTOR_NAME,
              FieldType.notNullable(new ArrowType.Struct()),
              List.of(key, value)));
    }
    if (type instanceof RowType row) {
      return row.getFields().stream()
          .map(field -> nested(name, field.getName(), field.getType()))
          .collect(Collectors.toList());
    }
    return List.of();
  }

  /**
   * A field inside another: nullable, since Lance wants the fields of a null row to be null, also
   * those that are declared NOT NULL. What is wrong with it is told with the name of the column.
   */
  private static Field nested(String outer, String name, LogicalType type) {
    try {
      return field(name, type.copy(true));
    } catch (ValidationException e) {
      throw new ValidationException("In column '" + outer + "': " + e.getMessage(), e);
    }
  }

  private static Field notNullable(Field field) {
    return new Field(field.getName(), FieldType.notNullable(field.getType()), field.getChildren());
  }

  private static TimeUnit unit(LogicalType type) {
    int precision = LogicalTypeChecks.getPrecision(type);
    if (precision == 0) {
      return TimeUnit.SECOND;
    }
    if (precision <= 3) {
      return TimeUnit.MILLISECOND;
    }
    return precision <= 6 ? TimeUnit.MICROSECOND : TimeUnit.NANOSECOND;
  }

  static ValidationException unsupported(String column, String type) {
    return new ValidationException(
        "Column '" + column + "' is " + type + ": a Lance table cannot hold that type");
  }
}
