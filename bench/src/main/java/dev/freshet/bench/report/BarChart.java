package dev.freshet.bench.report;

import java.util.List;

/** Horizontal bars of ratios, with a line at 1, as SVG. */
final class BarChart {

  /**
   * A bar.
   *
   * @param value above 0
   */
  record Bar(String label, double value) {}

  private static final int LABELS = 150;
  private static final int WIDTH = 720;
  private static final int RIGHT = 60;
  private static final int TOP = 50;
  private static final int ROW = 34;
  private static final int BAR = 20;
  private static final int BOTTOM = 40;

  private final List<Bar> bars;
  private final Axis axis;
  private final Svg svg;

  BarChart(String title, List<Bar> bars) {
    this.bars = List.copyOf(bars);
    double greatest = bars.stream().mapToDouble(Bar::value).max().orElse(1);
    this.axis = Axis.upTo(Math.max(1, greatest), WIDTH - LABELS - RIGHT);
    this.svg = new Svg(WIDTH, TOP + ROW * bars.size() + BOTTOM, title);
  }

  String svg() {
    int bottom = TOP + ROW * bars.size();
    for (double tick : axis.ticks()) {
      line(tick, bottom, "#dddddd");
      svg.tick(LABELS + axis.at(tick), bottom + 20, "middle", tick);
    }
    for (int i = 0; i < bars.size(); i++) {
      bar(bars.get(i), TOP + ROW * i + (ROW - BAR) / 2);
    }
    line(1, bottom, "#333333");
    return svg.toString();
  }

  private void bar(Bar bar, int y) {
    double width = axis.at(bar.value());
    int baseline = y + BAR - 5;
    svg.add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
        LABELS - 10, baseline, Svg.escaped(bar.label()));
    svg.add(
        "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
        LABELS, y, width, BAR, bar.value() >= 1 ? "#1f77b4" : "#bbbbbb");
    svg.add("<text x=\"%.1f\" y=\"%d\">%.2f</text>", LABELS + width + 6, baseline, bar.value());
  }

  private void line(double value, int bottom, String color) {
    double x = LABELS + axis.at(value);
    svg.line(x, TOP - 6, x, bottom, color);
  }
}
