package dev.freshet.bench.report;

import java.util.Arrays;
import java.util.Collection;

/** Of a few numbers: those in the middle and at the ends. */
public record Statistics(double least, double median, double most) {

  public static Statistics of(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("There is no median of nothing");
    }
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Statistics(sorted[0], median, sorted[sorted.length - 1]);
  }

  /**
   * The least value that at least that share of the values does not exceed (nearest rank).
   *
   * @param share above 0, at most 1
   */
  public static double percentile(double[] values, double share) {
    if (values.length == 0 || !(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "No percentile " + share + " of " + values.length + " values");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }
}
