package dev.freshet.sql.source;

import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.AND;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.BETWEEN;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.EQUALS;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.GREATER_THAN;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.GREATER_THAN_OR_EQUAL;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.IN;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.IS_NOT_NULL;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.IS_NULL;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.LESS_THAN;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.LESS_THAN_OR_EQUAL;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.LIKE;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.NOT;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.NOT_BETWEEN;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.NOT_EQUALS;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.OR;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.UPPER;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Set;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.expressions.CallExpression;
import org.apache.flink.table.expressions.FieldReferenceExpression;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.expressions.ValueLiteralExpression;
import org.apache.flink.table.functions.BuiltInFunctionDefinition;
import org.apache.flink.table.types.DataType;
import org.junit.jupiter.api.Test;

class FilterTranslatorTest {

  private static final FilterTranslator TRANSLATOR =
      new FilterTranslator(
          Set.of("id", "small", "name", "flag", "price", "day", "at", "ratio", "a`b", "Größe"));

  private static final ResolvedExpression ID = field("id", DataTypes.BIGINT());
  private static final ResolvedExpression SMALL = field("small", DataTypes.TINYINT());
  private static final ResolvedExpression NAME = field("name", DataTypes.STRING());
  private static final ResolvedExpression FLAG = field("flag", DataTypes.BOOLEAN());
  private static final ResolvedExpression PRICE = field("price", DataTypes.DECIMAL(6, 2));
  private static final ResolvedExpression DAY = field("day", DataTypes.DATE());
  private static final ResolvedExpression AT = field("at", DataTypes.TIMESTAMP(3));

  @Test
  void comparesAColumnWithALiteral() {
    gives("`id` = 7", call(EQUALS, ID, literal(7L)));
    gives("`id` <> 7", call(NOT_EQUALS, ID, literal(7L)));
    gives("`id` < 7", call(LESS_THAN, ID, literal(7L)));
    gives("`id` <= 7", call(LESS_THAN_OR_EQUAL, ID, literal(7L)));
    gives("`id` > 7", call(GREATER_THAN, ID, literal(7L)));
    gives("`id` >= -7", call(GREATER_THAN_OR_EQUAL, ID, literal(-7L)));
  }

  @Test
  void turnsALiteralOnTheLeftAround() {
    gives("`id` = 7", call(EQUALS, literal(7L), ID));
    gives("`id` > 7", call(LESS_THAN, literal(7L), ID));
    gives("`id` >= 7", call(LESS_THAN_OR_EQUAL, literal(7L), ID));
    gives("`id` < 7", call(GREATER_THAN, literal(7L), ID));
    gives("`id` <= 7", call(GREATER_THAN_OR_EQUAL, literal(7L), ID));
  }

  @Test
  void joinsPredicatesOnlyIfAllAreKnown() {
    ResolvedExpression known = call(EQUALS, ID, literal(7L));
    ResolvedExpression unknown = call(EQUALS, call(UPPER, NAME), literal("A"));
    gives("(`id` = 7) AND (`flag`)", call(AND, known, FLAG));
    gives("(`id` = 7) OR (`flag`)", call(OR, known, FLAG));
    gives("NOT (`flag`)", call(NOT, FLAG));
    givesNothing(call(AND, known, unknown));
    givesNothing(call(OR, unknown, known));
    givesNothing(call(NOT, unknown));
  }

  @Test
  void knowsNullsRangesAndSets() {
    gives("`name` IS NULL", call(IS_NULL, NAME));
    gives("`name` IS NOT NULL", call(IS_NOT_NULL, NAME));
    gives("(`id` >= 1 AND `id` <= 3)", call(BETWEEN, ID, literal(1L), literal(3L)));
    gives("NOT (`id` >= 1 AND `id` <= 3)", call(NOT_BETWEEN, ID, literal(1L), literal(3L)));
    gives("`id` IN (1, 3)", call(IN, ID, literal(1L), literal(3L)));
    givesNothing(call(IN, ID, literal(1L), SMALL));
    givesNothing(call(EQUALS, ID, new ValueLiteralExpression(null, DataTypes.BIGINT())));
  }

  @Test
  void likeHasOnlyWildcardsThatMeanTheSame() {
    gives("`name` LIKE 'a%'", call(LIKE, NAME, literal("a%")));
    givesNothing(call(LIKE, NAME, literal("a_")));
    givesNothing(call(LIKE, NAME, literal("a\\%")));
    givesNothing(call(LIKE, NAME, literal("a%"), literal("!")));
    givesNothing(call(LIKE, ID, literal("1%")));
  }

  @Test
  void textsAreQuotedAndOnlyPlain() {
    gives("`name` = 'it''s'", call(EQUALS, NAME, literal("it's")));
    gives("`name` = ''' OR 1 = 1 --'", call(EQUALS, NAME, literal("' OR 1 = 1 --")));
    givesNothing(call(EQUALS, NAME, literal("\uD83D\uDE00")));
    givesNothing(call(EQUALS, NAME, literal("\0")));
  }

  /** A value that the column's type cannot hold would be rounded, or refused. */
  @Test
  void literalsMustFitTheColumn() {
    gives("`small` = 127", call(EQUALS, SMALL, literal(127)));
    givesNothing(call(EQUALS, SMALL, literal(128)));
    givesNothing(call(EQUALS, ID, literal(Long.MIN_VALUE)));
    givesNothing(call(EQUALS, ID, literal(new BigDecimal("7.5"))));
    gives(
        "`price` = CAST('7.50' AS DECIMAL(6,2))",
        call(EQUALS, PRICE, literal(new BigDecimal("7.5"))));
    givesNothing(call(EQUALS, PRICE, literal(new BigDecimal("7.505"))));
    givesNothing(call(EQUALS, PRICE, literal(new BigDecimal("70000"))));
    gives("`day` = DATE '2026-01-31'", call(EQUALS, DAY, literal(LocalDate.of(2026, 1, 31))));
    givesNothing(call(EQUALS, DAY, literal(LocalDate.of(-1, 1, 31))));
    LocalDateTime time = LocalDateTime.of(2026, 1, 31, 12, 0, 1, 5_000_000);
    gives(
        "`at` = CAST('2026-01-31 12:00:01.005' AS TIMESTAMP(3))", call(EQUALS, AT, literal(time)));
    givesNothing(call(EQUALS, AT, literal(time.plusNanos(1))));
  }

  @Test
  void leavesFloatsAndUnknownColumnsToFlink() {
    givesNothing(call(GREATER_THAN, field("ratio", DataTypes.DOUBLE()), literal(0.5)));
    givesNothing(call(EQUALS, field("other", DataTypes.BIGINT()), literal(7L)));
    givesNothing(call(EQUALS, field("a`b", DataTypes.BIGINT()), literal(7L)));
    givesNothing(field("other", DataTypes.BOOLEAN()));
    gives("`Größe` = 7", call(EQUALS, field("Größe", DataTypes.BIGINT()), literal(7L)));
  }

  private static void gives(String sql, ResolvedExpression filter) {
    assertThat(TRANSLATOR.translate(filter)).as(filter.asSummaryString()).contains(sql);
  }

  private static void givesNothing(ResolvedExpression filter) {
    assertThat(TRANSLATOR.translate(filter)).as(filter.asSummaryString()).isEmpty();
  }

  private static ResolvedExpression call(
      BuiltInFunctionDefinition function, ResolvedExpression... arguments) {
    return CallExpression.permanent(function, List.of(arguments), DataTypes.BOOLEAN());
  }

  private static ResolvedExpression field(String name, DataType type) {
    return new FieldReferenceExpression(name, type, 0, 0);
  }

  private static ResolvedExpression literal(Object value) {
    return new ValueLiteralExpression(value);
  }
}
