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
import static org.apache.flink.table.types.logical.LogicalTypeFamily.CHARACTER_STRING;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.flink.table.expressions.CallExpression;
import org.apache.flink.table.expressions.FieldReferenceExpression;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.expressions.ValueLiteralExpression;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;

/**
 * Translates a predicate to Lance's SQL, if it means the same there for every row; both know three
 * truth values. What is empty stays with Flink, such as comparisons of floating-point numbers:
 * Lance orders NaN above all numbers and -0.0 below 0.0, Flink does not.
 */
final class FilterTranslator {

  private static final Map<FunctionDefinition, String> COMPARISONS =
      Map.of(
          EQUALS, "=",
          NOT_EQUALS, "<>",
          LESS_THAN, "<",
          LESS_THAN_OR_EQUAL, "<=",
          GREATER_THAN, ">",
          GREATER_THAN_OR_EQUAL, ">=");

  /** The same comparison with its sides exchanged. */
  private static final Map<String, String> MIRRORED =
      Map.of("=", "=", "<>", "<>", "<", ">", "<=", ">=", ">", "<", ">=", "<=");

  private final Set<String> columns;

  /**
   * @param columns names of those that are stored in the types that literals are written for
   */
  FilterTranslator(Set<String> columns) {
    this.columns = Set.copyOf(columns);
  }

  Optional<String> translate(ResolvedExpression expression) {
    if (expression instanceof CallExpression call) {
      return call(call.getFunctionDefinition(), call.getResolvedChildren());
    }
    return field(expression)
        .filter(field -> type(field).is(LogicalTypeRoot.BOOLEAN))
        .flatMap(this::column);
  }

  private Optional<String> call(FunctionDefinition function, List<ResolvedExpression> arguments) {
    if (function == AND || function == OR) {
      return all(arguments, this::translate)
          .map(parts -> join(parts, function == AND ? ") AND (" : ") OR (", "(", ")"));
    }
    if (function == NOT) {
      return translate(arguments.get(0)).map(inner -> "NOT (" + inner + ")");
    }
    if (function == IS_NULL || function == IS_NOT_NULL) {
      return field(arguments.get(0))
          .flatMap(this::column)
          .map(name -> name + (function == IS_NULL ? " IS NULL" : " IS NOT NULL"));
    }
    if (function == BETWEEN || function == NOT_BETWEEN) {
      return operands(arguments)
          .map(
              all ->
                  "%s(%s >= %s AND %s <= %s)"
                      .formatted(
                          function == BETWEEN ? "" : "NOT ",
                          all.get(0),
                          all.get(1),
                          all.get(0),
                          all.get(2)));
    }
    if (function == IN) {
      return operands(arguments)
          .map(all -> all.get(0) + " IN " + join(all.subList(1, all.size()), ", ", "(", ")"));
    }
    if (function == LIKE) {
      return like(arguments);
    }
    return Optional.ofNullable(COMPARISONS.get(function))
        .flatMap(operator -> comparison(operator, arguments));
  }

  private Optional<String> comparison(String operator, List<ResolvedExpression> arguments) {
    boolean isMirrored = field(arguments.get(0)).isEmpty();
    List<ResolvedExpression> ordered =
        isMirrored ? List.of(arguments.get(1), arguments.get(0)) : arguments;
    return operands(ordered)
        .map(
            both ->
                both.get(0)
                    + (" " + (isMirrored ? MIRRORED.get(operator) : operator) + " ")
                    + both.get(1));
  }

  /** A column, then literals in its type. */
  private Optional<List<String>> operands(List<ResolvedExpression> arguments) {
    Optional<FieldReferenceExpression> field = field(arguments.get(0));
    Optional<String> name = field.flatMap(this::column);
    return name.flatMap(
        column ->
            all(
                arguments,
                argument ->
                    argument == field.get()
                        ? name
                        : literal(argument).flatMap(one -> Literals.of(one, type(field.get())))));
  }

  /** Only with % for wildcards: of _ and of escapes the two have different ideas. */
  private Optional<String> like(List<ResolvedExpression> arguments) {
    Optional<String> pattern =
        literal(arguments.get(1))
            .flatMap(one -> one.getValueAs(String.class))
            .filter(text -> text.indexOf('_') < 0 && text.indexOf('\\') < 0)
            .flatMap(Literals::text);
    return field(arguments.get(0))
        .filter(field -> arguments.size() == 2 && type(field).is(CHARACTER_STRING))
        .flatMap(this::column)
        .flatMap(name -> pattern.map(text -> name + " LIKE " + text));
  }

  private Optional<String> column(FieldReferenceExpression field) {
    String name = field.getName();
    boolean isPlain = name.indexOf('`') < 0 && name.indexOf('.') < 0 && name.indexOf('\\') < 0;
    return columns.contains(name) && isPlain && Literals.text(name).isPresent()
        ? Optional.of("`" + name + "`")
        : Optional.empty();
  }

  private static Optional<FieldReferenceExpression> field(ResolvedExpression expression) {
    return expression instanceof FieldReferenceExpression field
        ? Optional.of(field)
        : Optional.empty();
  }

  private static Optional<ValueLiteralExpression> literal(ResolvedExpression expression) {
    return expression instanceof ValueLiteralExpression literal && !literal.isNull()
        ? Optional.of(literal)
        : Optional.empty();
  }

  private static LogicalType type(FieldReferenceExpression field) {
    return field.getOutputDataType().getLogicalType();
  }

  private static <T> Optional<List<String>> all(
      List<T> parts, Function<T, Optional<String>> translation) {
    List<Optional<String>> translated = parts.stream().map(translation).toList();
    return translated.stream().allMatch(Optional::isPresent)
        ? Optional.of(translated.stream().flatMap(Optional::stream).toList())
        : Optional.empty();
  }

  private static String join(List<String> parts, String separator, String before, String after) {
    return parts.stream().collect(Collectors.joining(separator, before, after));
  }
}
