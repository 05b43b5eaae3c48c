package dev.freshet.lance.manifest;

import dev.freshet.state.model.Metric;
import dev.freshet.state.model.ScalarType;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * A logical index of any kind, as a dataset describes it.
 *
 * @param type Lance's name of the type, for example {@code IVF_PQ} or {@code BTree}
 * @param metric of a vector index; empty for others
 * @param segments how many it has
 */
public record IndexSummary(
    String name, String column, String type, Optional<Metric> metric, int segments) {

  public IndexSummary {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(column, "column");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(metric, "metric");
  }

  /** Whether it is of a type that Freshet keeps fresh. */
  public boolean isKept() {
    return metric.isPresent() || scalarType().isPresent();
  }

  /** Its type, if it is an index of values that Freshet keeps fresh. */
  public Optional<ScalarType> scalarType() {
    return Arrays.stream(ScalarType.values())
        .filter(scalar -> scalar.lanceName().equalsIgnoreCase(type))
        .findFirst();
  }
}
