package dev.freshet.bench.report;

import dev.freshet.bench.report.LineChart.Line;
import dev.freshet.bench.report.LineChart.Panel;
import dev.freshet.bench.report.MarkdownTable.Column;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How indexes are kept while the vectors drift: text, table and plots. */
final class DriftSection {

  private static final String TEXT =
      """
      ## Drift

      A table begins with rows whose index is complete, and then the vectors change, in 20 steps or so: \
      *walk*, all clusters move slowly; *topics*, all rows of a step are of new clusters; *window*, \
      the same, and from the third step on as many of the oldest rows are deleted; *churn*, \
      clusters come and go, and more of the oldest rows are deleted; *none*, nothing changes; \
      *runbook*, points of any age go, and some come again, as \
      [a runbook](../bench/src/main/resources/dev/freshet/bench/work/runbook.yaml) in the form of \
      big-ann-benchmarks says (`--work drift-runbook=FILE` takes another). Rows \
      of all clusters are spread in the same few directions, so a codebook fits new ones too. The \
      index is kept by Freshet as a stream whose first model stays (frozen) or follows the vectors \
      (follow), trained and built anew by Freshet at each step (rebuilt), and kept by Lance's \
      `optimizeIndices` after each step, which begins with the same model. Recall is recall@10 with \
      20 probes and refine factor 10 of 100 queries like all live rows, and of 100 like those of \
      the last step; numbers are after the last step, and the least after any. Behind rebuilt is \
      the most that an index found less than the rebuilt one after the same step: the goal is 0.01. \
      Compares are the rows in the probed partitions of all segments. CPU and index files are of \
      all steps after the first build; of a stream with what it takes when idle, as each step ends \
      when it has done nothing for a while.

      """;

  private DriftSection() {}

  /**
   * The section.
   *
   * @param recallPlot file of the plot of recall
   * @param costPlot file of the plot of compares
   */
  static String text(List<Map<String, Object>> results, String recallPlot, String costPlot) {
    return TEXT
        + table(results)
        + String.format(
            "%n![recall of the newest rows over the steps](%s)%n"
                + "%n![rows compared with a query over the steps](%s)%n",
            recallPlot, costPlot);
  }

  private static String table(List<Map<String, Object>> results) {
    return MarkdownTable.of(
        results.stream().flatMap(DriftSection::rows).toList(),
        Column.text("stream", "stream"),
        Column.text("index", "index"),
        Column.number("recall, all", "recallAll", "%.3f"),
        Column.number("least", "recallAllLeast", "%.3f"),
        Column.number("behind rebuilt", "recallAllBehind", "%.3f"),
        Column.number("recall, newest", "recallNewest", "%.3f"),
        Column.number("least", "recallNewestLeast", "%.3f"),
        Column.number("behind rebuilt", "recallNewestBehind", "%.3f"),
        Column.number("compares", "compares", "%,.0f"),
        Column.number("CPU s", "cpuSeconds", "%.1f"),
        Column.number("index written, MiB", "indexMbWritten", "%.1f"),
        Column.number("segments", "segments", "%.0f"),
        Column.number("models", "models", "%.0f"),
        Column.number("partitions", "partitions", "%,.0f"));
  }

  private static Stream<Map<String, Object>> rows(Map<String, Object> result) {
    return DriftSide.of(result).stream().map(DriftSide::row);
  }

  /** Recall of queries like the newest rows over the steps, a panel a stream. */
  static String recallPlot(List<Map<String, Object>> results) {
    return plot("Recall@10 of queries like the newest rows", results, "recallNewest", true);
  }

  /** Rows compared with a query over the steps, a panel a stream. */
  static String costPlot(List<Map<String, Object>> results) {
    return plot("Rows compared with a query", results, "compares", false);
  }

  private static String plot(
      String title, List<Map<String, Object>> results, String series, boolean closeUp) {
    return new LineChart(
            title, "steps", results.stream().map(result -> panel(result, series, closeUp)).toList())
        .svg();
  }

  private static Panel panel(Map<String, Object> result, String series, boolean closeUp) {
    List<Line> lines =
        DriftSide.of(result).stream()
            .map(side -> new Line(side.index(), side.series("step"), side.series(series)))
            .toList();
    return new Panel(String.valueOf(result.get("work")), lines, closeUp);
  }
}
