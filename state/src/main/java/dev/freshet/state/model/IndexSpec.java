package dev.freshet.state.model;

import java.util.Objects;
import java.util.OptionalInt;

/** The index that a user asks for. */
public sealed interface IndexSpec {

  /** Name of the index. */
  String name();

  /** Name of the column. */
  String column();

  IndexKind type();

  /**
   * An index of vectors.
   *
   * @param partitions IVF partitions; derived from the data when absent
   * @param subVectors PQ sub-vectors; derived from the dimension when absent
   */
  record Vector(
      String name,
      String column,
      IndexType type,
      Metric metric,
      OptionalInt partitions,
      OptionalInt subVectors)
      implements IndexSpec {

    public Vector {
      requireNames(name, column);
      Objects.requireNonNull(type, "type");
      Objects.requireNonNull(metric, "metric");
      if (partitions.isPresent() && partitions.getAsInt() < 1) {
        throw new IllegalArgumentException("An index has at least 1 partition");
      }
      if (subVectors.isPresent() && (subVectors.getAsInt() < 1 || !type.hasSubVectors())) {
        throw new IllegalArgumentException(
            type.hasSubVectors()
                ? "Sub-vectors must be at least 1"
                : type + " has no sub-vectors: leave the option out");
      }
    }
  }

  /** An index of values. */
  record Scalar(String name, String column, ScalarType type) implements IndexSpec {

    public Scalar {
      requireNames(name, column);
      Objects.requireNonNull(type, "type");
    }
  }

  private static void requireNames(String name, String column) {
    if (name.isBlank() || column.isBlank()) {
      throw new IllegalArgumentException("An index needs a name and a column");
    }
  }
}
