package dev.freshet.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.bench.report.LineChart.Line;
import dev.freshet.bench.report.LineChart.Panel;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

class LineChartTest {

  private static Document drawn(Panel... panels) throws Exception {
    String svg = new LineChart("a & b", "minutes", List.of(panels)).svg();
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void everyLineOfEveryPanelIsDrawnToItsScale() throws Exception {
    Document chart =
        drawn(
            new Panel(
                "few", List.of(new Line("one", List.of(0.0, 5.0, 10.0), List.of(0.0, 4.0, 8.0)))),
            new Panel(
                "many",
                List.of(
                    new Line("one", List.of(10.0), List.of(800.0)),
                    new Line("other", List.of(0.0, 10.0), List.of(400.0, 0.0)))));
    var lines = chart.getElementsByTagName("polyline");
    assertThat(lines.getLength()).isEqualTo(3);
    assertThat(points(lines.item(0))).isEqualTo("70.0,234.0 380.0,154.0 690.0,74.0");
    assertThat(points(lines.item(1))).as("one panel below").isEqualTo("690.0,294.0");
    assertThat(points(lines.item(2))).isEqualTo("70.0,374.0 690.0,454.0");
    assertThat(chart.getDocumentElement().getTextContent())
        .contains("a & b", "minutes", "few", "many", "one", "other", "800");
  }

  private static String points(Node line) {
    return ((Element) line).getAttribute("points");
  }

  @Test
  void aCloseUpBeginsAtTheLeastValue() throws Exception {
    Line line = new Line("one", List.of(0.0, 10.0), List.of(0.8, 1.0));
    Document chart = drawn(new Panel("recall", List.of(line), true));
    assertThat(points(chart.getElementsByTagName("polyline").item(0)))
        .isEqualTo("70.0,234.0 690.0,74.0");
    assertThat(chart.getDocumentElement().getTextContent()).contains("0.85", "0.95");
  }

  @Test
  void aLineHasAValueAtEachTime() {
    assertThatThrownBy(() -> new Line("lag", List.of(1.0, 2.0), List.of(3.0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("lag has 2 x, 1 y");
  }
}
