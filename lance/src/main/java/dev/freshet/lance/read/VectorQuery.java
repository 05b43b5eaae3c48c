package dev.freshet.lance.read;

import dev.freshet.state.model.Metric;
import java.util.Objects;
import java.util.Optional;

/**
 * How a vector column is searched; what is not given is left to Lance.
 *
 * @param metric empty for that of the index, or L2 without one or if it is left aside; one that is
 *     not the index's leaves it aside
 * @param probes partitions of each segment to look into
 * @param refine candidates for each neighbour that are compared exactly
 * @param candidates that an HNSW graph keeps while it is searched
 * @param exact whether to compare all vectors and leave the index aside
 * @param prefilter a predicate in Lance's SQL that neighbours must fulfil
 */
public record VectorQuery(
    String column,
    Optional<Metric> metric,
    Optional<Integer> probes,
    Optional<Integer> refine,
    Optional<Integer> candidates,
    boolean exact,
    Optional<String> prefilter) {

  public VectorQuery {
    Objects.requireNonNull(column, "column");
    Objects.requireNonNull(metric, "metric");
    Objects.requireNonNull(probes, "probes");
    Objects.requireNonNull(refine, "refine");
    Objects.requireNonNull(candidates, "candidates");
    Objects.requireNonNull(prefilter, "prefilter");
  }
}
