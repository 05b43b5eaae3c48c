package dev.freshet.bench.report;

import java.util.List;
import java.util.Locale;

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

  private final String title;
  private final List<Bar> bars;
  private final Axis axis;
  private final StringBuilder svg = new StringBuilder();

  BarChart(String title, List<Bar> bars) {
    this.title = title;
    this.bars = List.copyOf(bars);
    double greatest = bars.stream().mapToDouble(Bar::value).max().orElse(1);
    this.axis = Axis.upTo(Math.max(1, greatest), WIDTH - LABELS - RIGHT);
  }

  String svg() {
    int height = TOP + ROW * bars.size() + BOTTOM;
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"13\">",
        WIDTH, height);
    add("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, height);
    add("<text x=\"16\" y=\"26\" font-size=\"15\" font-weight=\"bold\">%s</text>", escaped(title));
    int bottom = TOP + ROW * bars.size();
    for (double tick : axis.ticks()) {
      line(tick, bottom, "#dddddd");
      add(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#555555\">%s</text>",
          LABELS + axis.at(tick), bottom + 20, number(tick));
    }
    for (int i = 0; i < bars.size(); i++) {
      bar(bars.get(i), TOP + ROW * i + (ROW - BAR) / 2);
    }
    line(1, bottom, "#333333");
    add("</svg>");
    return svg.toString();
  }

  private void bar(Bar bar, int y) {
    double width = axis.at(bar.value());
    int baseline = y + BAR - 5;
    add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
        LABELS - 10, baseline, escaped(bar.label()));
    add(
        "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
        LABELS, y, width, BAR, bar.value() >= 1 ? "#1f77b4" : "#bbbbbb");
    add("<text x=\"%.1f\" y=\"%d\">%.2f</text>", LABELS + width + 6, baseline, bar.value());
  }

  private void line(double value, int bottom, String color) {
    double x = LABELS + axis.at(value);
    add(
        "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\"/>",
        x, TOP - 6, x, bottom, color);
  }

  private void add(String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }

  private static String number(double tick) {
    return String.format(Locale.ROOT, tick == Math.rint(tick) ? "%.0f" : "%.1f", tick);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
