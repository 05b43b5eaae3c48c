package dev.freshet.lance.verify;

import dev.freshet.state.model.ScalarType;
import java.util.ArrayList;
import java.util.List;

/** Writes the filters that an index of values is asked, in Lance's SQL. */
final class ScalarPredicates {

  /** Of so many values each is asked for by itself. */
  private static final int SINGLE = 2;

  private final String column;
  private final ScalarType type;

  ScalarPredicates(String column, ScalarType type) {
    this.column = "`" + column + "`";
    this.type = type;
  }

  /**
   * About ten filters.
   *
   * @param values as literals; there may be none
   */
  List<String> over(List<String> values) {
    List<String> predicates =
        new ArrayList<>(List.of(column + " IS NULL", column + " IS NOT NULL"));
    if (!values.isEmpty()) {
      predicates.addAll(type.isOverLists() ? ofLists(values) : ofValues(values));
    }
    return predicates;
  }

  private List<String> ofValues(List<String> values) {
    List<String> predicates = new ArrayList<>();
    for (String value : values.subList(0, Math.min(SINGLE, values.size()))) {
      predicates.add(column + " = " + value);
      predicates.add("NOT (" + column + " = " + value + ")");
      predicates.add(column + " < " + value);
    }
    String first = values.get(0);
    String last = values.get(values.size() - 1);
    predicates.add(column + " IN (" + String.join(", ", values) + ")");
    predicates.add(column + " >= " + first + " AND " + column + " <= " + last);
    predicates.add(column + " >= " + last + " AND " + column + " <= " + first);
    return predicates;
  }

  private List<String> ofLists(List<String> values) {
    List<String> predicates = new ArrayList<>();
    for (String value : values.subList(0, Math.min(SINGLE, values.size()))) {
      predicates.add("array_has(" + column + ", " + value + ")");
      predicates.add("NOT array_has(" + column + ", " + value + ")");
    }
    predicates.add(anyOrAll("any", values));
    predicates.add(anyOrAll("all", values.subList(0, Math.min(SINGLE, values.size()))));
    predicates.add("NOT (" + anyOrAll("any", values) + ")");
    return predicates;
  }

  private String anyOrAll(String which, List<String> values) {
    return "array_has_" + which + "(" + column + ", [" + String.join(", ", values) + "])";
  }
}
