package dev.freshet.state.model;

import java.util.Arrays;
import java.util.Optional;

/** How the distance of two vectors is measured; the names are Lance's own. */
public enum Metric {
  L2("l2"),
  COSINE("cosine"),
  DOT("dot");

  private final String lanceName;

  Metric(String lanceName) {
    this.lanceName = lanceName;
  }

  /** The name used in Lance's files: {@code l2}, {@code cosine} or {@code dot}. */
  public String lanceName() {
    return lanceName;
  }

  /** The metric of that name, in any case, if there is one. */
  public static Optional<Metric> find(String name) {
    return Arrays.stream(values())
        .filter(metric -> metric.lanceName.equalsIgnoreCase(name))
        .findFirst();
  }

  /**
   * The metric of that name, in any case.
   *
   * @throws IllegalArgumentException naming the choices, if there is none
   */
  public static Metric parse(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Unknown metric '" + name + "': use one of l2, cosine, dot"));
  }
}
