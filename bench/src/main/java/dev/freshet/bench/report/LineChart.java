package dev.freshet.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Lines over time, in panels one below the other with one axis of time, as SVG. */
final class LineChart {

  /**
   * A line.
   *
   * @param x not negative, ascending
   * @param y not negative, one for each x
   */
  record Line(String label, List<Double> x, List<Double> y) {
    Line {
      x = List.copyOf(x);
      y = List.copyOf(y);
      if (x.isEmpty() || x.size() != y.size()) {
        throw new IllegalArgumentException(label + " has " + x.size() + " x, " + y.size() + " y");
      }
    }
  }

  /**
   * Lines with a scale of their own.
   *
   * @param closeUp whether the scale begins at the least value and not at 0
   */
  record Panel(String title, List<Line> lines, boolean closeUp) {
    Panel {
      lines = List.copyOf(lines);
    }

    Panel(String title, List<Line> lines) {
      this(title, lines, false);
    }

    private Axis axis() {
      double greatest = Math.max(1, greatest(this, Line::y));
      double least =
          lines.stream().flatMap(line -> line.y().stream()).mapToDouble(y -> y).min().orElse(0);
      return closeUp && least < greatest
          ? Axis.between(least, greatest, PLOT)
          : Axis.upTo(greatest, PLOT);
    }
  }

  private static final List<String> COLORS = List.of("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728");
  private static final int LEFT = 70;
  private static final int WIDTH = 720;
  private static final int RIGHT = 30;
  private static final int TOP = 44;
  private static final int TITLE = 30;
  private static final int PLOT = 160;
  private static final int TICKS = 30;
  private static final int BOTTOM = 20;

  private final List<Panel> panels;
  private final Axis time;
  private final Svg svg;

  /**
   * @param time what the x are, with their unit
   */
  LineChart(String title, String time, List<Panel> panels) {
    this.panels = List.copyOf(panels);
    this.time =
        Axis.upTo(
            panels.stream().mapToDouble(panel -> greatest(panel, Line::x)).max().orElse(1),
            WIDTH - LEFT - RIGHT);
    int bottom = TOP + panels.size() * (TITLE + PLOT + TICKS);
    this.svg = new Svg(WIDTH, bottom + BOTTOM, title);
    svg.add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
        WIDTH - RIGHT, bottom + 4, Svg.escaped(time));
  }

  String svg() {
    for (int i = 0; i < panels.size(); i++) {
      draw(panels.get(i), TOP + i * (TITLE + PLOT + TICKS));
    }
    return svg.toString();
  }

  private void draw(Panel panel, int top) {
    int bottom = top + TITLE + PLOT;
    Axis values = panel.axis();
    svg.add("<text x=\"%d\" y=\"%d\">%s</text>", LEFT, top + 18, Svg.escaped(panel.title()));
    for (double tick : values.ticks()) {
      svg.line(LEFT, bottom - values.at(tick), WIDTH - RIGHT, bottom - values.at(tick), "#dddddd");
      svg.tick(LEFT - 8, bottom - values.at(tick) + 4, "end", tick);
    }
    for (double tick : time.ticks()) {
      svg.tick(LEFT + time.at(tick), bottom + 18, "middle", tick);
    }
    for (int i = 0; i < panel.lines().size(); i++) {
      draw(panel.lines().get(i), COLORS.get(i % COLORS.size()), values, bottom);
      legend(panel, i, top + 18);
    }
  }

  private void draw(Line line, String color, Axis values, int bottom) {
    svg.add(
        "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>",
        color,
        IntStream.range(0, line.x().size())
            .mapToObj(
                i ->
                    String.format(
                        Locale.ROOT,
                        "%.1f,%.1f",
                        LEFT + time.at(line.x().get(i)),
                        bottom - values.at(line.y().get(i))))
            .collect(Collectors.joining(" ")));
  }

  /** The labels, right above the plot, the last one at its end. */
  private void legend(Panel panel, int line, int y) {
    int fromRight = panel.lines().size() - 1 - line;
    svg.add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"%s\">%s</text>",
        WIDTH - RIGHT - 90 * fromRight,
        y,
        COLORS.get(line % COLORS.size()),
        Svg.escaped(panel.lines().get(line).label()));
  }

  private static double greatest(Panel panel, Function<Line, List<Double>> of) {
    return panel.lines().stream()
        .flatMap(line -> of.apply(line).stream())
        .mapToDouble(value -> value)
        .max()
        .orElse(1);
  }
}
