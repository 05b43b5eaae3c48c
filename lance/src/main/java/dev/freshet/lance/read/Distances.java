package dev.freshet.lance.read;

import dev.freshet.state.model.Metric;

/** Exact distances, for a few vectors at a time. */
public final class Distances {

  private Distances() {}

  /** Smaller is nearer, under every metric. */
  public static double between(float[] a, float[] b, Metric metric) {
    return switch (metric) {
      case L2 -> norm(a) - 2 * dot(a, b) + norm(b);
      case COSINE -> 1 - dot(a, b) / Math.sqrt(norm(a) * norm(b));
      case DOT -> -dot(a, b);
    };
  }

  /** Squared length. */
  public static double norm(float[] vector) {
    return dot(vector, vector);
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
