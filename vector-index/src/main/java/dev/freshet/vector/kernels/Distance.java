package dev.freshet.vector.kernels;

import dev.freshet.state.model.Metric;

/** What the kernels minimise. */
public enum Distance {
  /** The square of the Euclidean distance. */
  SQUARED_L2,
  /** One minus the inner product. */
  ONE_MINUS_DOT;

  /** The distance to centroids under a metric; for cosine that of vectors normalised before. */
  public static Distance of(Metric metric) {
    return metric == Metric.DOT ? ONE_MINUS_DOT : SQUARED_L2;
  }
}
