package dev.freshet.bench.work;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A streaming runbook in the form of big-ann-benchmarks (Simhadri et al., NeurIPS'23): under the
 * name of a dataset, {@code max_pts} and numbered operations, each an {@code insert} or a {@code
 * delete} of the points from {@code start} to before {@code end}, or a {@code search}.
 *
 * @param points of the dataset
 * @param operations in their order; the first is an insert
 */
record Runbook(int points, List<Operation> operations) {

  /** What is done to an index. */
  sealed interface Operation {

    /** The same with fewer or more points. */
    Operation scaled(double factor);
  }

  /** Points come. */
  record Insert(int start, int end) implements Operation {

    @Override
    public Operation scaled(double factor) {
      return new Insert(Runbook.scaled(start, factor), Runbook.scaled(end, factor));
    }
  }

  /** Points go. */
  record Delete(int start, int end) implements Operation {

    @Override
    public Operation scaled(double factor) {
      return new Delete(Runbook.scaled(start, factor), Runbook.scaled(end, factor));
    }
  }

  /** Recall is measured. */
  record Search() implements Operation {

    @Override
    public Operation scaled(double factor) {
      return this;
    }
  }

  private static final String POINTS = "max_pts";

  Runbook {
    operations = List.copyOf(operations);
    if (operations.isEmpty() || !(operations.get(0) instanceof Insert)) {
      throw new IllegalArgumentException("A runbook begins with an insert");
    }
  }

  /**
   * Reads a runbook of one dataset.
   *
   * @throws IOException if it is no YAML
   * @throws IllegalArgumentException if it is no runbook; the message names the operation
   */
  static Runbook parse(String yaml) throws IOException {
    JsonNode datasets = new YAMLMapper().readTree(yaml);
    if (datasets == null || datasets.size() != 1) {
      throw new IllegalArgumentException(
          "A runbook has one dataset, and operations under its name");
    }
    JsonNode dataset = datasets.elements().next();
    int points = dataset.path(POINTS).asInt();
    if (points < 1) {
      throw new IllegalArgumentException("A runbook says how many points there are: " + POINTS);
    }
    Map<Integer, JsonNode> numbered = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : dataset.properties()) {
      if (field.getKey().matches("\\d+")) {
        numbered.put(Integer.valueOf(field.getKey()), field.getValue());
      }
    }
    List<Operation> operations = new ArrayList<>();
    numbered.forEach((number, node) -> operations.add(operation(number, node, points)));
    return new Runbook(points, operations);
  }

  private static Operation operation(int number, JsonNode node, int points) {
    String name = node.path("operation").asText();
    if (name.equals("search")) {
      return new Search();
    }
    int start = node.path("start").asInt(-1);
    int end = node.path("end").asInt(-1);
    if (start < 0 || end <= start || end > points) {
      throw new IllegalArgumentException(
          String.format(
              "Operation %d of the runbook has no points: from %d to %d of %d",
              number, start, end, points));
    }
    return switch (name) {
      case "insert" -> new Insert(start, end);
      case "delete" -> new Delete(start, end);
      default ->
          throw new IllegalArgumentException(
              "Operation "
                  + number
                  + " of the runbook is '"
                  + name
                  + "', but insert, delete and search are known");
    };
  }

  /** Our own: points come, go and come again. */
  static Runbook ours() {
    try (InputStream resource = Runbook.class.getResourceAsStream("runbook.yaml")) {
      return parse(new String(resource.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Points of the inserts that come before all else. */
  int firstPoints() {
    return operations.stream()
        .takeWhile(operation -> operation instanceof Insert)
        .mapToInt(operation -> ((Insert) operation).end() - ((Insert) operation).start())
        .sum();
  }

  /** The same operations with fewer or more points. */
  Runbook scaled(double factor) {
    return new Runbook(
        scaled(points, factor),
        operations.stream().map(operation -> operation.scaled(factor)).toList());
  }

  private static int scaled(int points, double factor) {
    return (int) Math.round(points * factor);
  }
}
