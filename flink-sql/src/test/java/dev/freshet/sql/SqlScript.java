package dev.freshet.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Statements as Flink's SQL client takes them. */
record SqlScript(List<String> statements) {

  private static final Pattern SET = Pattern.compile("SET '(.+)' = '(.+)'");

  static SqlScript read(Path file) throws IOException {
    String text =
        Files.readAllLines(file).stream()
            .filter(line -> !line.startsWith("--"))
            .collect(Collectors.joining("\n"));
    return new SqlScript(
        Stream.of(text.split(";\n?", -1))
            .map(String::strip)
            .filter(one -> !one.isEmpty())
            .toList());
  }

  /** The same with another text in place of one. */
  SqlScript with(String text, String other) {
    return new SqlScript(statements.stream().map(one -> one.replace(text, other)).toList());
  }

  List<String> starting(String word) {
    return statements.stream().filter(one -> one.startsWith(word)).toList();
  }

  /** What the SET statements set. */
  Map<String, String> settings() {
    return starting("SET").stream()
        .map(SET::matcher)
        .filter(Matcher::matches)
        .collect(Collectors.toMap(set -> set.group(1), set -> set.group(2)));
  }
}
