package dev.freshet.bench.report;

import dev.freshet.bench.report.BarChart.Bar;
import dev.freshet.bench.report.MarkdownTable.Column;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The page {@code BENCHMARKS.md}, its plots, and the results that all are made from. */
public final class BenchmarkPage {

  private static final String PAGE = "BENCHMARKS.md";
  private static final String PLOT = "benchmarks.svg";
  private static final String STEADY_PLOT = "appends.svg";
  private static final String DRIFT_PLOT = "drift.svg";
  private static final String DRIFT_COST_PLOT = "drift-cost.svg";
  private static final String RESULTS = "benchmarks.jsonl";

  @SuppressWarnings("InlineFormatString") // a page of text
  private static final String INTRODUCTION =
      """
      # Benchmarks

      Freshet beside Lance's own builder, made with `./freshet bench --report docs`. Machine: %s.

      But for [whole commands](#whole-commands), which stand first, Lance is lance-core 7.0.0, the \
      newest for Java, and Freshet is the whole job: Flink, checkpoints, verification and commit, \
      timed from the job's start in an embedded cluster that already runs until its last segment is in the manifest. The \
      cluster has run a small job of the same kind before, so its code is loaded and compiled; what \
      that first job took, and the start of the JVM and the cluster, come on top and are given \
      apart. Lance is `createIndex` over \
      the whole dataset. Both run in the same bench, in turn, each round in a fresh process of its \
      own over a fresh copy of the same dataset, whose pages are in the page cache. Vectors are \
      clustered, float32, metric l2. "Model given" means that both get the same centroids and PQ \
      codebook. CPU is user and system time of the process, memory its most resident memory (of \
      Freshet with the heap of a JVM in it), both in the measured phase. Numbers are medians over \
      the rounds. Recall is recall@10 with 20 probes and refine factor 10. Pairs are Freshet / \
      Lance.

      ![times as fast as Lance](%s)
      """;

  private final Path directory;
  private final ResultFile results;

  public BenchmarkPage(Path directory) {
    this.directory = directory;
    this.results = new ResultFile(directory.resolve(RESULTS));
  }

  /** Puts a work's result in, and writes page and plots anew. */
  public void add(Map<String, Object> result) throws IOException {
    results.add(result);
    write(Machine.here());
  }

  /** Writes page and plots from the results that are there. */
  public void write(Machine machine) throws IOException {
    List<Map<String, Object>> all = results.read();
    List<Map<String, Object>> builds = of(all, "build");
    Files.writeString(directory.resolve(PLOT), plot(builds));
    Files.writeString(
        directory.resolve(PAGE),
        String.join(
            "\n",
            String.format(INTRODUCTION, machine, PLOT),
            commands(of(all, "command")),
            builds(builds),
            appends(of(all, "append")),
            queries(of(all, "query")),
            inserts(of(all, "insert")),
            steady(of(all, "steady")),
            drift(of(all, "drift"))));
  }

  /** Nothing if there is no result: the work takes too long for most runs. */
  private String steady(List<Map<String, Object>> results) throws IOException {
    if (results.isEmpty()) {
      return "";
    }
    Files.writeString(directory.resolve(STEADY_PLOT), SteadyAppendsSection.plot(results.get(0)));
    return SteadyAppendsSection.text(results, STEADY_PLOT);
  }

  /** Nothing if there is no result. */
  private String drift(List<Map<String, Object>> results) throws IOException {
    if (results.isEmpty()) {
      return "";
    }
    Files.writeString(directory.resolve(DRIFT_PLOT), DriftSection.recallPlot(results));
    Files.writeString(directory.resolve(DRIFT_COST_PLOT), DriftSection.costPlot(results));
    return DriftSection.text(results, DRIFT_PLOT, DRIFT_COST_PLOT);
  }

  private static List<Map<String, Object>> of(List<Map<String, Object>> all, String kind) {
    return all.stream().filter(result -> kind.equals(result.get("kind"))).toList();
  }

  private static String plot(List<Map<String, Object>> builds) {
    return new BarChart(
            "Vectors a second, times Lance's",
            builds.stream()
                .map(
                    one ->
                        new Bar(
                            String.valueOf(one.get("work")),
                            ((Number) one.get("ratio")).doubleValue()))
                .toList())
        .svg();
  }

  private static String builds(List<Map<String, Object>> results) {
    return "## Builds\n\n"
        + MarkdownTable.of(
            results,
            Column.text("work", "work"),
            Column.text("what", "description"),
            Column.pair("vectors/s", "VectorsPerSecond", "%,.0f"),
            Column.number("ratio", "ratio", "%.2f"),
            Column.pair("seconds", "Seconds", "%.1f"),
            new Column("seconds of each round", result -> rounds(result, "lance")),
            Column.pair("CPU s", "CpuSeconds", "%.1f"),
            Column.pair("memory, MiB", "PeakRssMb", "%,.0f"),
            Column.pair("recall", "RecallAt10", "%.3f"),
            Column.number("JVM and cluster start, s", "clusterStartSeconds", "%.1f"),
            Column.number("first job, s", "freshetWarmUpSeconds", "%.1f"));
  }

  /** Nothing if there is no result. */
  private static String commands(List<Map<String, Object>> results) {
    if (results.isEmpty()) {
      return "";
    }
    return """
    ## Whole commands

    What a user waits for who has a table and no index: `./freshet run --once`, from the start of \
    the process to its end, beside `createIndex` of LanceDB 0.39.0 for Node, which embeds Lance \
    12.0.0, in a process of its own. Both train their own model and build. Memory is that of the \
    whole process. Pairs are Freshet / LanceDB.

    """
        + MarkdownTable.of(
            results,
            Column.text("what", "description"),
            Column.number("times as fast", "ratio", "%.1f"),
            Column.pair("seconds", "lancedb", "Seconds", "%.1f"),
            new Column("seconds of each round", result -> rounds(result, "lancedb")),
            Column.pair("CPU s", "lancedb", "CpuSeconds", "%.1f"),
            Column.pair("memory, MiB", "lancedb", "PeakRssMb", "%,.0f"),
            Column.pair("recall", "lancedb", "RecallAt10", "%.3f"));
  }

  private static String rounds(Map<String, Object> result, String other) {
    return result.get("freshetRounds") + " / " + result.get(other + "Rounds");
  }

  private static String appends(List<Map<String, Object>> results) {
    return """
    ## Appends

    What an append costs in CPU time, in seconds and as per cent of indexing everything anew. \
    A stream that runs is charged what it uses from the append until after the publish, without \
    what it uses in as much time when idle, as the mean of six appends after four that have its \
    code compiled; `run --once` is a cold process, of which the job is \
    charged, and beside it the whole with the start of JVM and cluster. Time to search is from \
    the version that appended to the one that indexes, at the default freshness of 10 s. \
    Verification is part of every publish and cannot be switched off: its queries were asked \
    again to see their share. Lance is `optimizeIndices`: by its default, which merged \
    all into one segment here, and without merging, which leaves a new one.

    """
        + MarkdownTable.of(
            results,
            Column.text("work", "work"),
            Column.text("what", "description"),
            Column.pair("rebuild, CPU s", "RebuildCpuSeconds", "%.1f"),
            Column.number("running stream, CPU s", "freshetNetCpuSeconds", "%.2f"),
            Column.number("% of rebuild", "freshetAppendPercentOfRebuild", "%.1f"),
            Column.number("with idling, CPU s", "freshetCpuSeconds", "%.2f"),
            Column.number("verification, CPU s", "freshetVerificationCpuSeconds", "%.2f"),
            Column.number("idle stream, % of a core", "freshetIdleCpuPercent", "%.1f"),
            Column.number("time to search, s", "freshetSeconds", "%.1f"),
            Column.number("run --once, CPU s", "freshetOnceCpuSeconds", "%.1f"),
            Column.number("with its process", "freshetOnceProcessCpuSeconds", "%.1f"),
            Column.number("Lance merging, CPU s", "lanceCpuSeconds", "%.2f"),
            Column.number("% of its rebuild", "lanceAppendPercentOfRebuild", "%.1f"),
            Column.number("Lance not merging, CPU s", "lanceNewSegmentCpuSeconds", "%.2f"));
  }

  private static String queries(List<Map<String, Object>> results) {
    return "## Queries\n\nLatency in milliseconds, one query at a time, caches warm.\n\n"
        + MarkdownTable.of(
            results,
            Column.text("what", "description"),
            Column.pair("p50, 1 segment", "P50Ms", "%.1f"),
            Column.pair("p99, 1 segment", "P99Ms", "%.1f"),
            Column.number("segments", "freshetManySegments", "%.0f"),
            Column.pair("p50 of these", "ManyP50Ms", "%.1f"),
            Column.pair("p99 of these", "ManyP99Ms", "%.1f"),
            Column.pair("recall", "RecallAt10", "%.3f"));
  }

  private static String inserts(List<Map<String, Object>> results) {
    return """
    ## Inserts in Flink SQL

    Rows are read from one dataset and written to another, or by Flink's filesystem connector as \
    Parquet; the time is that of the whole job. "Read only" is an INSERT that throws the rows away.

    """
        + MarkdownTable.of(
            results,
            Column.text("what", "description"),
            Column.number("rows/s", "freshetVectorsPerSecond", "%,.0f"),
            Column.number("rows/s with index", "freshetIndexedRowsPerSecond", "%,.0f"),
            Column.number("rows/s as Parquet", "parquetVectorsPerSecond", "%,.0f"),
            Column.number("read only, s", "freshetSourceSeconds", "%.1f"),
            Column.number("seconds", "freshetSeconds", "%.1f"),
            Column.number("with index", "freshetIndexedSeconds", "%.1f"),
            Column.number("as Parquet", "parquetSeconds", "%.1f"),
            Column.number("CPU s", "freshetCpuSeconds", "%.1f"),
            Column.number("with index", "freshetIndexedCpuSeconds", "%.1f"),
            Column.number("as Parquet", "parquetCpuSeconds", "%.1f"),
            Column.number("bytes/row", "freshetBytesPerRow", "%.0f"),
            Column.number("as Parquet", "parquetBytesPerRow", "%.0f"));
  }
}
