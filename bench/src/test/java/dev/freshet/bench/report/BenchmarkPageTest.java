package dev.freshet.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkPageTest {

  private static Map<String, Object> build(String work, double ratio) {
    return Map.of(
        "work",
        work,
        "kind",
        "build",
        "description",
        "IVF_PQ <1>",
        "ratio",
        ratio,
        "freshetVectorsPerSecond",
        100_000.4,
        "lanceVectorsPerSecond",
        50_000.0);
  }

  @Test
  void aLaterResultTakesThePlaceOfTheEarlier(@TempDir Path directory) throws IOException {
    BenchmarkPage page = new BenchmarkPage(directory);
    page.add(build("a", 2));
    page.add(build("b", 0.5));
    page.add(build("a", 3));
    assertThat(Files.readAllLines(directory.resolve("benchmarks.jsonl"))).hasSize(2);
    assertThat(directory.resolve("BENCHMARKS.md"))
        .content()
        .contains("| a | IVF_PQ <1> | 100,000 / 50,000 | 3.00 | - / - |")
        .contains("| b | IVF_PQ <1> | 100,000 / 50,000 | 0.50 | - / - |")
        .contains("Machine: ", "## Appends", "## Queries");
  }

  @Test
  void wholeCommandsStandFirst(@TempDir Path directory) throws IOException {
    BenchmarkPage page = new BenchmarkPage(directory);
    page.add(build("a", 2));
    assertThat(directory.resolve("BENCHMARKS.md")).content().doesNotContain("## Whole commands");
    page.add(
        Map.of(
            "work",
            "whole",
            "kind",
            "command",
            "description",
            "IVF_PQ <2>",
            "ratio",
            4.07,
            "freshetSeconds",
            5.6,
            "lancedbSeconds",
            22.9,
            "freshetRounds",
            List.of(5.6),
            "lancedbRounds",
            List.of(22.9)));
    assertThat(directory.resolve("BENCHMARKS.md"))
        .content()
        .contains("| IVF_PQ <2> | 4.1 | 5.6 / 22.9 | [5.6] / [22.9] | - / - |")
        .containsSubsequence("## Whole commands", "## Builds");
  }

  @Test
  void thePlotIsAnXmlDocumentWithABarForEachBuild(@TempDir Path directory) throws Exception {
    BenchmarkPage page = new BenchmarkPage(directory);
    page.add(build("a & b", 2));
    page.add(build("c", 0.5));
    var plot =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(directory.resolve("benchmarks.svg").toFile());
    assertThat(plot.getElementsByTagName("rect").getLength())
        .as("with the background")
        .isEqualTo(3);
    assertThat(plot.getDocumentElement().getTextContent()).contains("a & b", "2.00", "0.50");
  }

  @Test
  void steadyAppendsHaveASectionAndAPlotOnceTheyWereMeasured(@TempDir Path directory)
      throws IOException {
    BenchmarkPage page = new BenchmarkPage(directory);
    page.add(build("a", 2));
    assertThat(directory.resolve("BENCHMARKS.md")).content().doesNotContain("small appends");
    Map<String, Object> series =
        Map.of(
            "minutes", List.of(1.0, 2.0),
            "segments", List.of(3.0, 5.0),
            "writeAmplification", List.of(60.0, 50.5),
            "codeAmplification", List.of(6.0, 5.5));
    page.add(
        Map.of(
            "work",
            "appends-hour",
            "kind",
            "steady",
            "description",
            "two appends",
            "rows",
            200,
            "freshetMostSegments",
            9.0,
            "lanceMostSegments",
            1.0,
            "freshetSeries",
            series,
            "lanceSeries",
            series));
    assertThat(directory.resolve("BENCHMARKS.md"))
        .content()
        .contains("## Steady small appends", "| two appends | 200 | 9 / 1 |", "(appends.svg)");
    assertThat(directory.resolve("appends.svg")).content().contains("<polyline", "Lance");
  }

  @Test
  void driftHasARowForEachWayToKeepTheIndex(@TempDir Path directory) throws IOException {
    new BenchmarkPage(directory).add(drift());
    assertThat(directory.resolve("BENCHMARKS.md"))
        .content()
        .contains("## Drift", "(drift.svg)", "(drift-cost.svg)")
        .contains("| drift-topics | frozen | 0.700 | - | 0.200 | - | - | 0.290 | - | 12.5 |")
        .containsSubsequence("| follow |", "| rebuilt |", "| lance |");
    assertThat(directory.resolve("drift.svg")).content().contains("<polyline", "rebuilt");
    assertThat(directory.resolve("drift-cost.svg")).content().contains("10000");
  }

  private static Map<String, Object> drift() {
    Map<String, Object> freshet = new HashMap<>();
    for (String way : List.of("follow", "rebuilt", "frozen")) {
      double recall = way.equals("frozen") ? 0.7 : 0.9;
      freshet.put(way + "Step", List.of(0.0, 1.0));
      freshet.put(way + "RecallAll", List.of(1.0, recall));
      freshet.put(way + "RecallNewest", List.of(0.99, way.equals("frozen") ? 0.7 : 0.99));
      freshet.put(way + "Compares", List.of(5000.0, 9000.0));
    }
    Map<String, Object> lance = new HashMap<>();
    lance.put("step", List.of(0.0, 1.0));
    lance.put("recallAll", List.of(1.0, 0.5));
    lance.put("recallNewest", List.of(1.0, 0.5));
    lance.put("compares", List.of(5000.0, 9000.0));
    return Map.of(
        "work",
        "drift-topics",
        "kind",
        "drift",
        "freshetFrozenRecallAll",
        0.7,
        "freshetFrozenCpuSeconds",
        12.5,
        "freshetSeries",
        freshet,
        "lanceSeries",
        lance);
  }

  @Test
  void theMachineIsReadFromLinuxFiles() {
    String cpu = "processor\t: 0\nmodel name\t: Fast CPU @ 3 GHz\n";
    assertThat(Machine.field(cpu, "model name")).isEqualTo("Fast CPU @ 3 GHz");
    assertThat(Machine.field(cpu, "colour")).isEqualTo("unknown");
    assertThat(Machine.gib("24641234 kB")).isEqualTo(23);
    assertThat(Machine.gib("unknown")).isZero();
  }
}
