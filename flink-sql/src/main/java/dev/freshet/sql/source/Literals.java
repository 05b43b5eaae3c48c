package dev.freshet.sql.source;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.apache.flink.table.expressions.ValueLiteralExpression;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * Literals in Lance's SQL, in the type of the column that they are compared with; empty where that
 * type cannot hold the value exactly.
 */
final class Literals {

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
  private static final int NANOS = 9;

  private Literals() {}

  static Optional<String> of(ValueLiteralExpression literal, LogicalType column) {
    return switch (column.getTypeRoot()) {
      case BOOLEAN -> literal.getValueAs(Boolean.class).map(String::valueOf);
      case TINYINT -> integer(literal, Byte.MIN_VALUE, Byte.MAX_VALUE);
      case SMALLINT -> integer(literal, Short.MIN_VALUE, Short.MAX_VALUE);
      case INTEGER -> integer(literal, Integer.MIN_VALUE, Integer.MAX_VALUE);
      // Lance reads the sign apart, so the smallest long is beyond its numbers.
      case BIGINT -> integer(literal, Long.MIN_VALUE + 1, Long.MAX_VALUE);
      case CHAR, VARCHAR -> literal.getValueAs(String.class).flatMap(Literals::text);
      case DECIMAL -> literal.getValueAs(BigDecimal.class).flatMap(v -> decimal(v, column));
      case DATE -> literal.getValueAs(LocalDate.class).filter(Literals::plain).map(Literals::date);
      case TIMESTAMP_WITHOUT_TIME_ZONE ->
          literal.getValueAs(LocalDateTime.class).flatMap(v -> timestamp(v, column));
      default -> Optional.empty();
    };
  }

  private static Optional<String> integer(ValueLiteralExpression literal, long least, long most) {
    return literal
        .getValueAs(BigDecimal.class)
        .filter(value -> value.stripTrailingZeros().scale() <= 0)
        .filter(value -> value.compareTo(BigDecimal.valueOf(least)) >= 0)
        .filter(value -> value.compareTo(BigDecimal.valueOf(most)) <= 0)
        .map(value -> Long.toString(value.longValueExact()));
  }

  /** Texts reach Lance in Java's modified UTF-8, which differs for some characters. */
  static Optional<String> text(String text) {
    boolean isPlain = text.chars().allMatch(c -> c != 0 && !Character.isSurrogate((char) c));
    return isPlain ? Optional.of("'" + text.replace("'", "''") + "'") : Optional.empty();
  }

  private static Optional<String> decimal(BigDecimal value, LogicalType column) {
    DecimalType type = (DecimalType) column;
    BigDecimal stripped = value.stripTrailingZeros();
    if (stripped.scale() > type.getScale()) {
      return Optional.empty();
    }
    BigDecimal scaled = stripped.setScale(type.getScale());
    return scaled.precision() > type.getPrecision()
        ? Optional.empty()
        : Optional.of(
            "CAST('%s' AS DECIMAL(%d,%d))"
                .formatted(scaled.toPlainString(), type.getPrecision(), type.getScale()));
  }

  private static boolean plain(LocalDate date) {
    return date.getYear() >= 1 && date.getYear() <= 9999;
  }

  private static String date(LocalDate date) {
    return "DATE '" + date + "'";
  }

  /** The storage's unit is seconds, or thousandths of the next finer ones. */
  @SuppressWarnings("JavaLocalDateTimeGetNano") // the fraction is what is meant
  private static Optional<String> timestamp(LocalDateTime value, LogicalType column) {
    int digits = (LogicalTypeChecks.getPrecision(column) + 2) / 3 * 3;
    long unit = (long) Math.pow(10, NANOS - digits);
    // Nanoseconds since 1970 fit in 64 bits from 1678 to 2261 only.
    boolean fits =
        digits < NANOS
            ? plain(value.toLocalDate())
            : value.getYear() >= 1678 && value.getYear() <= 2261;
    if (!fits || value.getNano() % unit != 0) {
      return Optional.empty();
    }
    String fraction =
        digits == 0 ? "" : "." + "%09d".formatted(value.getNano()).substring(0, digits);
    return Optional.of(
        "CAST('%s%s' AS TIMESTAMP(%d))".formatted(value.format(SECONDS), fraction, digits));
  }
}
