package dev.freshet.job.cli;

import dev.freshet.job.EmbeddedJob;
import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.job.demo.DatasetChurn;
import dev.freshet.job.demo.Demo;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.FreshetOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the stream at work on a dataset of its own. */
@Command(name = "demo", description = "Indexes a dataset while it grows, and measures the index.")
final class DemoCommand implements Callable<Integer> {

  private static final long SEED = 1;
  private static final long MIN_ROWS = 1_000;

  @Option(
      names = "--rows",
      defaultValue = "100000",
      description = "Rows before the appends; default ${DEFAULT-VALUE}.")
  long rows;

  @Option(
      names = "--dim",
      defaultValue = "128",
      description = "Dimension of the vectors; default ${DEFAULT-VALUE}.")
  int dimension;

  @Option(
      names = "--appends",
      defaultValue = "60",
      description = "Appends while the stream runs; default ${DEFAULT-VALUE}.")
  int appends;

  @Option(
      names = "--append-rows",
      defaultValue = "1000",
      description = "Rows of each append; default ${DEFAULT-VALUE}.")
  int appendRows;

  @Option(
      names = "--append-every",
      defaultValue = "500ms",
      description = "Time between two appends; default ${DEFAULT-VALUE}.")
  String appendEvery;

  @Option(
      names = "--freshness",
      defaultValue = "5s",
      description = "How soon appended rows should be searchable; default ${DEFAULT-VALUE}.")
  String freshness;

  @Option(names = "--keep", paramLabel = "DIR", description = "Keep the dataset in this folder.")
  Optional<Path> keep = Optional.empty();

  @Option(names = "--ui-port", defaultValue = "0", description = "Port of Flink's web UI.")
  int uiPort;

  @Option(names = "--json", description = "Print one JSON object as the last line.")
  boolean json;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (rows < MIN_ROWS || dimension < 2) {
      throw new IllegalArgumentException("--rows must be at least 1000 and --dim at least 2");
    }
    Path folder = keep.isPresent() ? Files.createDirectories(keep.get()) : temporary();
    Path dataset = folder.resolve("demo.lance");
    if (Files.exists(dataset)) {
      throw new IllegalArgumentException(dataset + " exists: give another folder to --keep");
    }
    try (Console console = new Console(spec.commandLine().getErr())) {
      Demo.Result result = run(dataset.toString(), folder, console);
      console.closeLine();
      spec.commandLine().getOut().println(json ? JsonLine.of(result) : text(result));
      return result.ok() ? 0 : Freshet.FAILED;
    } finally {
      if (keep.isEmpty()) {
        delete(folder);
      }
    }
  }

  private Demo.Result run(String dataset, Path folder, Console console)
      throws IOException, InterruptedException {
    VectorTable table = VectorTable.create(dataset, dimension);
    ClusteredVectors vectors = new ClusteredVectors(dimension, SEED);
    DatasetChurn.Pace pace =
        new DatasetChurn.Pace(appends, appendRows, StreamArguments.duration(appendEvery));
    try (DatasetChurn churn = new DatasetChurn(table, vectors, pace)) {
      console.line(String.format("Filling %s with %,d x %d", dataset, rows, dimension));
      DatasetChurn.fill(table, vectors, rows);
      EmbeddedJob.Settings settings =
          new EmbeddedJob.Settings(
              Runtime.getRuntime().availableProcessors(),
              folder.resolve("checkpoints").toUri().toString(),
              "rocksdb",
              uiPort);
      Configuration config = configuration(dataset);
      try (EmbeddedJob job = EmbeddedJob.start(config, settings)) {
        console.line("Flink's web UI: " + job.uiAddress());
        ProgressLine line = new ProgressLine(console);
        return new Demo(config, churn, line::show).run(job);
      }
    }
  }

  private Configuration configuration(String dataset) {
    Configuration config = new Configuration();
    config.set(FreshetOptions.DATASET, dataset);
    config.set(FreshetOptions.COLUMN, VectorTable.VECTOR);
    config.set(FreshetOptions.FRESHNESS, StreamArguments.duration(freshness));
    config.set(FreshetOptions.COMPACTION_INTERVAL, Duration.ofSeconds(5));
    config.set(FreshetOptions.COMPACTION_FRAGMENTS, 8);
    return config;
  }

  private static String text(Demo.Result result) {
    return String.join(
        System.lineSeparator(),
        List.of(
            row("coverage", String.format("%.2f %%", 100 * result.coverage())),
            row(
                "recall@10",
                String.format(
                    "%.3f (%d probes, refine %d, against brute force)",
                    result.recallAt10(), Demo.EFFORT.probes(), Demo.EFFORT.refine())),
            row(
                "freshness",
                String.format(
                    "p50 %,d ms, p99 %,d ms (commit of an append -> searchable by the index)",
                    result.freshnessP50Ms(), result.freshnessP99Ms())),
            row("segments", Integer.toString(result.segments())),
            row(
                "write amplification",
                String.format("%.1f bytes written per byte of index", result.writeAmplification())),
            row("first fill", String.format("%,.0f vectors/s", result.vectorsPerSecond())),
            row("checks", result.ok() ? "all hold" : "FAILED")));
  }

  private static String row(String name, String value) {
    return String.format("%-20s %s", name, value);
  }

  private static Path temporary() throws IOException {
    return Files.createTempDirectory("freshet-demo-");
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
