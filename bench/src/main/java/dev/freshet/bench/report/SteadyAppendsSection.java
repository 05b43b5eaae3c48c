package dev.freshet.bench.report;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.bench.report.LineChart.Line;
import dev.freshet.bench.report.LineChart.Panel;
import dev.freshet.bench.report.MarkdownTable.Column;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What an hour of small appends did to an index: text, table and plot. */
final class SteadyAppendsSection {

  private static final String TEXT =
      """
      ## Steady small appends

      A process appends without a pause to a dataset whose index is complete, and beside it the \
      index is kept fresh: by Freshet as a stream with its default options, and by Lance as \
      `optimizeIndices` once a minute over as many appends to a dataset of its own, both at the \
      same time. Lance's default leaves a new segment each time, but merges all whenever a \
      partition has grown or shrunk so much that it is divided or joined; Freshet merges by tiers. Segments \
      and fragments are the most that any version had, and those of the end; only Freshet compacts \
      fragments. Write amplification is all index files written, whether published or not, for \
      each byte that the appended rows take if they are written once. Every segment carries the \
      model, which is as large as the codes of some 10,000 rows, so much of what is written for small \
      segments is copies of it; without them is what is written of row ids and codes. Lag is from the version that appended a fragment to the one that indexes it. \
      CPU, per cent of a core, and memory are of the process that keeps the index fresh, not of \
      the one that appends. In the end each index was whole, each row in it once; recall is \
      recall@10 with all partitions probed and refine factor 10.

      """;

  private SteadyAppendsSection() {}

  /**
   * The section.
   *
   * @param plot file of the plot
   */
  static String text(List<Map<String, Object>> results, String plot) {
    return TEXT
        + table(results)
        + "\n![segments and write amplification over time]("
        + plot
        + ")\n";
  }

  private static String table(List<Map<String, Object>> results) {
    return MarkdownTable.of(
        results,
        Column.text("what", "description"),
        Column.number("rows", "rows", "%,.0f"),
        Column.pair("segments at most", "MostSegments", "%.0f"),
        Column.pair("in the end", "Segments", "%.0f"),
        Column.pair("fragments at most", "MostFragments", "%,.0f"),
        Column.pair("in the end", "Fragments", "%,.0f"),
        Column.pair("segments written", "SegmentsWritten", "%,.0f"),
        Column.pair("index written, MiB", "IndexMbWritten", "%,.0f"),
        Column.pair("write amplification", "WriteAmplification", "%.1f"),
        Column.pair("without models", "CodeAmplification", "%.1f"),
        Column.pair("lag p50, s", "LagP50Seconds", "%.1f"),
        Column.pair("p99", "LagP99Seconds", "%.1f"),
        Column.pair("most", "LagMostSeconds", "%.1f"),
        Column.pair("CPU, %", "CpuPercent", "%.1f"),
        Column.pair("memory, MiB", "PeakRssMb", "%,.0f"),
        Column.pair("recall", "RecallAt10FullProbe", "%.3f"));
  }

  /** Segments and write amplification over time, of one result. */
  static String plot(Map<String, Object> result) {
    return new LineChart(
            "Steady small appends",
            "minutes",
            List.of(
                panel(result, "segments", "segments"),
                panel(result, "write amplification", "writeAmplification"),
                panel(result, "write amplification without models", "codeAmplification")))
        .svg();
  }

  private static Panel panel(Map<String, Object> result, String title, String series) {
    return new Panel(
        title, List.of(line(result, "Freshet", series), line(result, "Lance", series)));
  }

  private static Line line(Map<String, Object> result, String system, String name) {
    Map<String, List<Double>> series =
        new ObjectMapper()
            .convertValue(
                result.get(system.toLowerCase(Locale.ROOT) + "Series"), new TypeReference<>() {});
    return new Line(system, series.get("minutes"), series.get(name));
  }
}
