package dev.freshet.lance.verify;

import java.time.LocalDate;
import java.util.Optional;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Values as Lance's filters write them. */
public final class SqlLiteral {

  private SqlLiteral() {}

  /** Whether values of a type can be written, so that an index of them can be verified. */
  public static boolean isKnown(ArrowType type) {
    return switch (type.getTypeID()) {
      case Int, Utf8, LargeUtf8, Bool, Date -> true;
      case FloatingPoint ->
          ((ArrowType.FloatingPoint) type).getPrecision() != FloatingPointPrecision.HALF;
      default -> false;
    };
  }

  /** A value that is not null; empty if no filter can name it, as infinities and NaN. */
  static Optional<String> of(ValueVector values, int row) {
    Object value =
        values instanceof DateDayVector days
            ? LocalDate.ofEpochDay(days.get(row))
            : values.getObject(row);
    return switch (values.getField().getType().getTypeID()) {
      case Utf8, LargeUtf8 -> Optional.of("'" + value.toString().replace("'", "''") + "'");
      case Date -> Optional.of("date '" + value.toString().substring(0, 10) + "'");
      case FloatingPoint ->
          Double.isFinite(((Number) value).doubleValue())
              ? Optional.of(value.toString())
              : Optional.empty();
      default -> Optional.of(value.toString());
    };
  }
}
