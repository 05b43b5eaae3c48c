package dev.freshet.bench.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A linear scale from 0 to a round number.
 *
 * @param end the round number, at least the greatest value
 * @param step between two ticks: 1, 2 or 5 times a power of ten
 * @param pixels length
 */
record Axis(double end, double step, double pixels) {

  private static final int MAX_TICKS = 8;

  /** One that holds values up to the greatest, with at most {@value #MAX_TICKS} steps. */
  static Axis upTo(double greatest, double pixels) {
    if (!(greatest > 0) || !(pixels > 0)) {
      throw new IllegalArgumentException("No axis up to " + greatest + " over " + pixels);
    }
    double power = Math.pow(10, Math.floor(Math.log10(greatest / MAX_TICKS)));
    double step = 10 * power;
    for (double factor : new double[] {5, 2, 1}) {
      if (Math.ceil(greatest / (factor * power)) <= MAX_TICKS) {
        step = factor * power;
      }
    }
    return new Axis(Math.ceil(greatest / step) * step, step, pixels);
  }

  double at(double value) {
    return value / end * pixels;
  }

  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (int i = 0; i <= Math.round(end / step); i++) {
      ticks.add(i * step);
    }
    return ticks;
  }
}
