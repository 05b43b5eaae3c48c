package dev.freshet.job.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.lancedb.LanceDb;
import dev.freshet.state.model.ScalarType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What a LanceDB is asked by an index of values, beside what the table must have. */
final class ScalarQuestions {

  private static final List<String> SOME = List.of("w3", "w13");
  private static final String OTHER = "other";

  private final ScalarType type;
  private final boolean phrases;
  private final Path database;

  /** The word of each row. */
  private final Map<Integer, String> words = new TreeMap<>();

  /**
   * @param phrases whether the index knows where words stand
   */
  ScalarQuestions(ScalarType type, boolean phrases, Path database) {
    this.type = type;
    this.phrases = phrases;
    this.database = database;
  }

  /** The words themselves, or lists of the word and a label that most rows have, or such texts. */
  String column() {
    return switch (type) {
      case BTREE, BITMAP -> "word";
      case LABEL_LIST -> "labels";
      case INVERTED -> "note";
    };
  }

  /** Rows were added, or have their first word again. */
  void put(int from, int count) {
    for (int id = from; id < from + count; id++) {
      words.put(id, "w" + id % 97);
    }
  }

  void delete(Predicate<Integer> id) {
    words.keySet().removeIf(id);
  }

  void reword(Predicate<Integer> which) {
    words.replaceAll((id, word) -> which.test(id) ? OTHER : word);
  }

  void assertRight(LanceDb lanceDb, String when) throws IOException {
    switch (type) {
      case BTREE, BITMAP -> assertWords(lanceDb, when);
      case LABEL_LIST -> assertLabels(lanceDb, when);
      case INVERTED -> assertTexts(lanceDb, when);
    }
  }

  private void assertWords(LanceDb lanceDb, String when) throws IOException {
    assertFilter(lanceDb, "word = 'other'", (id, word) -> word.equals(OTHER), when);
    assertFilter(lanceDb, "word != 'other'", (id, word) -> !word.equals(OTHER), when);
    assertFilter(lanceDb, "word in ('w3', 'w13')", (id, word) -> SOME.contains(word), when);
    assertFilter(
        lanceDb,
        "word >= 'w2' and word < 'w5'",
        (id, word) -> word.compareTo("w2") >= 0 && word.compareTo("w5") < 0,
        when);
    assertFilter(lanceDb, "word is null", (id, word) -> false, when);
  }

  private void assertLabels(LanceDb lanceDb, String when) throws IOException {
    assertLabels(lanceDb, "array_has(labels, 'other')", list -> list.contains(OTHER), when);
    assertLabels(lanceDb, "not array_has(labels, 'all')", list -> !list.contains("all"), when);
    assertLabels(
        lanceDb,
        "array_has_any(labels, ['w3', 'w13'])",
        list -> list.stream().anyMatch(SOME::contains),
        when);
    assertLabels(
        lanceDb,
        "array_has_all(labels, ['all', 'w13'])",
        list -> list.containsAll(List.of("all", "w13")),
        when);
    assertFilter(lanceDb, "labels is null", (id, word) -> labels(id, word).isEmpty(), when);
  }

  private void assertLabels(
      LanceDb lanceDb, String filter, Predicate<List<String>> expected, String when)
      throws IOException {
    assertFilter(
        lanceDb, filter, (id, word) -> labels(id, word).filter(expected).isPresent(), when);
  }

  private void assertTexts(LanceDb lanceDb, String when) throws IOException {
    assertTexts(lanceDb, "n9", "OR", (id, labels) -> labels.contains(OTHER), when);
    assertTexts(lanceDb, "Thing", "OR", (id, labels) -> !labels.isEmpty(), when);
    assertTexts(
        lanceDb, "w3 W13", "OR", (id, labels) -> labels.stream().anyMatch(SOME::contains), when);
    assertTexts(
        lanceDb, "n2 w13", "AND", (id, labels) -> id % 5 == 2 && labels.contains("w13"), when);
    if (phrases) {
      assertAnswer(
          lanceDb,
          Map.of("text", "n2 things", "phrase", true),
          (id, word) -> id % 5 == 2 && labels(id, word).orElse(List.of()).contains("all"),
          when);
    }
  }

  /** Lance 7 answers a search with a filter from one segment, so there must be one only. */
  void assertFilteredSearch(LanceDb lanceDb, String when) throws IOException {
    if (type.isOverWords()) {
      assertAnswer(
          lanceDb,
          Map.of("text", "thing", "operator", "OR", "phrase", false, "filter", "id >= 100"),
          (id, word) -> id >= 100 && !labels(id, word).orElse(List.of()).isEmpty(),
          when);
    }
  }

  private void assertTexts(
      LanceDb lanceDb,
      String text,
      String operator,
      BiPredicate<Integer, List<String>> expected,
      String when)
      throws IOException {
    assertAnswer(
        lanceDb,
        Map.of("text", text, "operator", operator, "phrase", false),
        (id, word) -> expected.test(id, labels(id, word).orElse(List.of())),
        when);
  }

  /** As the acts make them; empty where they are null. */
  private static Optional<List<String>> labels(int id, String word) {
    if (word.equals(OTHER)) {
      return Optional.of(List.of(word));
    }
    return switch (id % 17) {
      case 5 -> Optional.empty();
      case 6 -> Optional.of(List.of());
      default -> Optional.of(List.of(word, "all"));
    };
  }

  private void assertFilter(
      LanceDb lanceDb, String filter, BiPredicate<Integer, String> expected, String when)
      throws IOException {
    assertAnswer(lanceDb, Map.of("where", filter), expected, when);
  }

  private void assertAnswer(
      LanceDb lanceDb, Map<String, ?> asked, BiPredicate<Integer, String> expected, String when)
      throws IOException {
    String right =
        words.entrySet().stream()
            .filter(row -> expected.test(row.getKey(), row.getValue()))
            .map(row -> row.getKey().toString())
            .collect(Collectors.joining(","));
    String act = asked.containsKey("where") ? "filter" : "search";
    assertThat(lanceDb.act(database, act, asked).path("ids").asText())
        .as("%s, %s", asked, when)
        .isEqualTo(right);
  }
}
