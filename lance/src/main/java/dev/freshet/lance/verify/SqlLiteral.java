package dev.freshet.lance.verify;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Optional;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Values as Lance's filters write them. */
public final class SqlLiteral {

  private static final int MAX_TEXT = 200;
  private static final int MAX_YEAR = 9999;

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

  /**
   * A value that is not null; empty if no filter can name it, or only one that is long or hard to
   * read.
   */
  static Optional<String> of(ValueVector values, int row) {
    return switch (values.getField().getType().getTypeID()) {
      case Utf8, LargeUtf8 -> text(values.getObject(row).toString());
      case Date -> date(values, row);
      case FloatingPoint -> number((Number) values.getObject(row));
      case Int -> integer(values, row);
      default -> Optional.of(values.getObject(row).toString());
    };
  }

  /** Characters beyond the basic plane, and zero, do not reach Lance as they are. */
  private static Optional<String> text(String value) {
    boolean plain =
        value.length() <= MAX_TEXT
            && value.chars().noneMatch(c -> Character.isISOControl(c) || isSurrogate(c));
    return plain ? Optional.of("'" + value.replace("'", "''") + "'") : Optional.empty();
  }

  private static boolean isSurrogate(int character) {
    return Character.isSurrogate((char) character);
  }

  private static Optional<String> date(ValueVector values, int row) {
    LocalDate day =
        values instanceof DateDayVector days
            ? LocalDate.ofEpochDay(days.get(row))
            : ((LocalDateTime) values.getObject(row)).toLocalDate();
    return day.getYear() >= 1 && day.getYear() <= MAX_YEAR
        ? Optional.of("date '" + day + "'")
        : Optional.empty();
  }

  private static Optional<String> number(Number value) {
    return Double.isFinite(value.doubleValue()) ? Optional.of(value.toString()) : Optional.empty();
  }

  /** Filters have no literals above the greatest signed integer. */
  private static Optional<String> integer(ValueVector values, int row) {
    if (values instanceof UInt1Vector bytes) {
      return Optional.of(Integer.toString(Byte.toUnsignedInt(bytes.get(row))));
    } else if (values instanceof UInt2Vector shorts) {
      return Optional.of(Integer.toString(shorts.get(row)));
    } else if (values instanceof UInt4Vector ints) {
      return Optional.of(Integer.toUnsignedString(ints.get(row)));
    } else if (values instanceof UInt8Vector longs) {
      return Optional.of(longs.get(row)).filter(value -> value >= 0).map(Object::toString);
    }
    return Optional.of(values.getObject(row).toString());
  }
}
