package dev.freshet.bench.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A linear scale between round numbers.
 *
 * @param start at most the least value
 * @param end at least the greatest value
 * @param step between two ticks: 1, 2 or 5 times a power of ten
 * @param pixels length
 */
record Axis(double start, double end, double step, double pixels) {

  private static final int MAX_TICKS = 8;

  /** One that holds values from 0 to the greatest, with at most {@value #MAX_TICKS} steps. */
  static Axis upTo(double greatest, double pixels) {
    return between(0, greatest, pixels);
  }

  /** One that holds values from the least to the greatest, with about as many steps at most. */
  static Axis between(double least, double greatest, double pixels) {
    if (!(greatest > least) || !(pixels > 0)) {
      throw new IllegalArgumentException(
          "No axis from " + least + " to " + greatest + " over " + pixels);
    }
    double length = greatest - least;
    double power = Math.pow(10, Math.floor(Math.log10(length / MAX_TICKS)));
    double step = 10 * power;
    for (double factor : new double[] {5, 2, 1}) {
      if (Math.ceil(length / (factor * power)) <= MAX_TICKS) {
        step = factor * power;
      }
    }
    return new Axis(
        Math.floor(least / step) * step, Math.ceil(greatest / step) * step, step, pixels);
  }

  double at(double value) {
    return (value - start) / (end - start) * pixels;
  }

  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (int i = 0; i <= Math.round((end - start) / step); i++) {
      ticks.add(start + i * step);
    }
    return ticks;
  }
}
