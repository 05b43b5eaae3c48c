package dev.freshet.job.cli;

import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.operators.garbage.GarbageCollector;
import dev.freshet.operators.garbage.GarbageSummary;
import dev.freshet.state.garbage.GarbagePolicy;
import dev.freshet.state.garbage.StoredObject;
import dev.freshet.state.garbage.VersionRetention;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Removes what crashes and lost races left behind. */
@Command(
    name = "gc",
    description =
        "Removes unpublished segments, detached manifests, transactions and data files that no"
            + " version names and nobody has written to for the grace period, and old versions if"
            + " asked to.")
final class GcCommand implements Callable<Integer> {

  @Mixin DatasetArguments dataset;

  @Option(
      names = "--dry-run",
      description = "Change nothing, and say what would be removed by this machine's clock.")
  boolean dryRun;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      description =
          "Age from which it is garbage, 1d by default: longer than a running job may hold a"
              + " segment before it publishes it.")
  Optional<String> grace = Optional.empty();

  @Option(
      names = "--data-grace",
      paramLabel = "TIME",
      description =
          "The same for data files, 7d by default: longer than any job of a table's sink stands"
              + " still, and longer than any other writer takes.")
  Optional<String> dataGrace = Optional.empty();

  @Option(
      names = "--keep-for",
      paramLabel = "TIME",
      description =
          "Remove versions too, once the next one was committed so long ago, 1h at least: longer"
              + " than any query of them, backlog of a stream or other writer's commit takes. What"
              + " tags and branches name stays.")
  Optional<String> keepFor = Optional.empty();

  @Option(
      names = "--keep-versions",
      paramLabel = "N",
      description = "The newest N versions stay in any case; with --keep-for, 1 by default.")
  Optional<Integer> keepVersions = Optional.empty();

  @Option(names = "--json", description = "Print one JSON object as the last line.")
  boolean json;

  @Spec CommandSpec spec;

  /** What {@code --json} prints. */
  record Result(boolean dryRun, List<GarbageSummary> garbage) {}

  @Override
  public Integer call() throws Exception {
    GarbagePolicy policy =
        new GarbagePolicy(
            grace.map(StreamArguments::duration).orElse(GarbagePolicy.DEFAULT_GRACE),
            dataGrace.map(StreamArguments::duration).orElse(GarbagePolicy.DEFAULT_DATA_GRACE));
    try (DatasetVersions versions = new DatasetVersions(dataset.location(), ArrowBudget.MANIFEST)) {
      GarbageCollector collector =
          new GarbageCollector(
              versions, dataset.files(), dataset.indexStorage(), policy, retention());
      List<StoredObject> garbage =
          dryRun ? collector.find(Clock.systemUTC().instant()) : collector.collect();
      Result result = new Result(dryRun, GarbageSummary.of(garbage));
      spec.commandLine().getOut().println(json ? JsonLine.of(result) : text(result));
      return 0;
    }
  }

  private Optional<VersionRetention> retention() {
    if (keepFor.isEmpty() && keepVersions.isPresent()) {
      throw new IllegalArgumentException("--keep-versions needs --keep-for, such as 7d");
    }
    return keepFor.map(
        time -> new VersionRetention(StreamArguments.duration(time), keepVersions.orElse(1)));
  }

  private static String text(Result result) {
    return String.join(
        System.lineSeparator(),
        result.garbage().stream().map(line -> line(result.dryRun(), line)).toList());
  }

  private static String line(boolean dryRun, GarbageSummary summary) {
    return String.format(
        "%-20s %,8d %s, %,d bytes",
        summary.kind().plural(),
        summary.count(),
        dryRun ? "would be removed" : "removed",
        summary.bytes());
  }
}
