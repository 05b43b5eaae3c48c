package dev.freshet.bench.report;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** A picture that is drawn element by element. */
final class Svg {

  private final StringBuilder elements = new StringBuilder();

  /** An empty white picture with a title, in pixels. */
  Svg(int width, int height, String title) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"13\">",
        width, height);
    add("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", width, height);
    add("<text x=\"16\" y=\"26\" font-size=\"15\" font-weight=\"bold\">%s</text>", escaped(title));
  }

  /** Adds an element, in a format of {@link String#format}. */
  void add(String format, Object... arguments) {
    elements.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }

  void line(double x1, double y1, double x2, double y2, String color) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>",
        x1, y1, x2, y2, color);
  }

  /**
   * A grey number at a tick of an axis.
   *
   * @param anchor which point of the text is there: start, middle or end
   */
  void tick(double x, double y, String anchor, double value) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"#555555\">%s</text>",
        x, y, anchor, number(value));
  }

  /** With as few decimals as it has, at most three. */
  private static String number(double value) {
    return new DecimalFormat("0.###", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(value);
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** The whole document. */
  @Override
  public String toString() {
    return elements + "</svg>\n";
  }
}
