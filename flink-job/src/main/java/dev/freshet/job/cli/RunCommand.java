package dev.freshet.job.cli;

import dev.freshet.job.EmbeddedJob;
import dev.freshet.job.FileSystems;
import dev.freshet.job.IndexDefaults;
import dev.freshet.job.StartChecks;
import dev.freshet.job.report.IndexProgress;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.train.TrainingPlan;
import dev.freshet.state.model.IndexSpec;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the stream in an embedded Flink until it is interrupted, or once. */
@Command(name = "run", description = "Keeps an index fresh, in a Flink inside this process.")
final class RunCommand implements Callable<Integer> {

  /** Runs of --once at most: a later one does what a race with another writer left open. */
  private static final int MAX_ROUNDS = 3;

  @Mixin DatasetArguments dataset;
  @Mixin StreamArguments stream;

  @Option(names = "--once", description = "Index what is uncovered and end.")
  boolean once;

  @Option(names = "--json", description = "Print one JSON object as the last line.")
  boolean json;

  @Spec CommandSpec spec;

  /**
   * What {@code --once --json} prints.
   *
   * @param ok whether all that can be indexed is
   */
  record Result(boolean ok, long rowsIndexed, long segmentsPublished, double seconds) {}

  @Override
  public Integer call() throws Exception {
    Configuration config = stream.configuration(dataset);
    config.set(FreshetOptions.ONCE, once);
    FileSystems.initialize(config);
    IndexDefaults.complete(config);
    StreamOptions options = StreamOptions.from(config);
    try (DatasetVersions versions = new DatasetVersions(options.location(), ArrowBudget.MANIFEST);
        Console console = new Console(spec.commandLine().getErr())) {
      new StartChecks(options).check(versions).ifPresent(console::line);
      EmbeddedJob.Settings settings = stream.settings();
      Instant start = Instant.now();
      IndexProgress before = IndexProgress.of(versions, options.index().name());
      IndexProgress after = before;
      for (int round = 1; round <= MAX_ROUNDS; round++) {
        IndexProgress reached = runJob(config, settings, versions, console);
        boolean progress = reached.coveredRows() != after.coveredRows();
        after = reached;
        if (after.complete() || !progress) {
          break;
        }
      }
      boolean tooSmall = after.segments().isEmpty() && isTooSmall(versions, options);
      return report(before, after, tooSmall, Duration.between(start, Instant.now()), console);
    }
  }

  private IndexProgress runJob(
      Configuration config,
      EmbeddedJob.Settings settings,
      DatasetVersions versions,
      Console console)
      throws Exception {
    String index = StreamOptions.from(config).index().name();
    try (EmbeddedJob job = EmbeddedJob.start(config, settings)) {
      console.line("Flink's web UI: " + job.uiAddress());
      JobProgress.follow(job, versions, index, console);
    }
    return IndexProgress.of(versions, index);
  }

  private int report(
      IndexProgress before, IndexProgress after, boolean tooSmall, Duration took, Console console) {
    long published =
        after.segments().stream().filter(segment -> !before.segments().contains(segment)).count();
    Result result =
        new Result(
            after.complete() || tooSmall,
            after.coveredRows() - before.coveredRows(),
            published,
            took.toMillis() / 1000.0);
    Optional<String> open =
        after.complete()
            ? Optional.empty()
            : Optional.of(
                Count.of(after.uncoveredRows(), "row")
                    + " in "
                    + Count.of(after.uncoveredFragments(), "fragment")
                    + " not indexed"
                    + (tooSmall ? ": too few vectors to train an index" : ""));
    open.ifPresent(console::line);
    spec.commandLine()
        .getOut()
        .println(
            json
                ? JsonLine.of(result)
                : String.format(
                    "indexed %s in %.1f s, %s published",
                    Count.of(result.rowsIndexed(), "row"),
                    result.seconds(),
                    Count.of(result.segmentsPublished(), "segment")));
    return result.ok() ? 0 : Freshet.FAILED;
  }

  /** Whether the dataset has too few vectors to train an index from. */
  private static boolean isTooSmall(DatasetVersions versions, StreamOptions options)
      throws IOException {
    if (!(options.index() instanceof IndexSpec.Vector index)) {
      return false;
    }
    try (DatasetHandle dataset = versions.latest()) {
      VectorColumn column = dataset.column(index.column());
      int least = TrainingPlan.of(index, column, dataset.countRows()).leastRows();
      return options.modelSegment().isEmpty() && !dataset.hasVectors(column, least);
    }
  }
}
