package dev.freshet.job.cli;

import dev.freshet.job.EmbeddedCluster;
import dev.freshet.job.EmbeddedJob;
import dev.freshet.job.FileSystems;
import dev.freshet.job.retrain.ModelChanges;
import dev.freshet.job.retrain.Retraining;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
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

/** Gives an index a new model, in an embedded Flink. */
@Command(
    name = "retrain",
    description =
        "Trains a new model for a vector index on the rows there are now, builds the index anew"
            + " beside the old one, and puts it in its place by one commit.")
final class RetrainCommand implements Callable<Integer> {

  @Mixin DatasetArguments dataset;
  @Mixin JobArguments flink;

  @Option(names = "--index", required = true, description = "Name of the index.")
  String index;

  @Option(
      names = "--type",
      description =
          "IVF_FLAT, IVF_PQ, IVF_SQ, IVF_HNSW_PQ, IVF_HNSW_SQ or IVF_RQ; the present one by"
              + " default.")
  Optional<String> type = Optional.empty();

  @Option(names = "--metric", description = "l2, cosine or dot; the present one by default.")
  Optional<String> metric = Optional.empty();

  @Option(names = "--partitions", description = "IVF partitions; derived from the rows.")
  Optional<Integer> partitions = Optional.empty();

  @Option(names = "--sub-vectors", description = "PQ sub-vectors; the present ones by default.")
  Optional<Integer> subVectors = Optional.empty();

  @Option(names = "--json", description = "Print one JSON object as the last line.")
  boolean json;

  @Spec CommandSpec spec;

  /** What {@code --json} prints. */
  record Result(
      String formerModel,
      String model,
      int partitions,
      long rowsIndexed,
      int segments,
      int rounds,
      double seconds) {}

  @Override
  public Integer call() throws Exception {
    Configuration base = dataset.configuration();
    flink.addTo(base);
    FileSystems.initialize(base);
    Instant start = Instant.now();
    try (DatasetVersions versions =
            new DatasetVersions(StreamOptions.location(base), ArrowBudget.MANIFEST);
        Console console = new Console(spec.commandLine().getErr())) {
      Retraining retraining =
          Retraining.of(
              base, index, new ModelChanges(type, metric, partitions, subVectors), versions);
      if (retraining.prepare()) {
        console.line("What an earlier retrain left is removed");
      }
      Retraining.Result done = run(retraining, versions, console);
      if (done.withdrawn() > 0) {
        console.line(
            Count.of(done.withdrawn(), "segment")
                + " withdrawn, as rows were rewritten meanwhile: a run indexes them again");
      }
      return print(done, Duration.between(start, Instant.now()));
    }
  }

  private Retraining.Result run(Retraining retraining, DatasetVersions versions, Console console)
      throws Exception {
    String successor = retraining.successor().get(FreshetOptions.INDEX_NAME);
    try (EmbeddedCluster cluster =
        EmbeddedCluster.start(retraining.successor(), flink.settings())) {
      console.line("Flink's web UI: " + cluster.uiAddress());
      return retraining.run(
          stream -> {
            try (EmbeddedJob job = cluster.submit(stream)) {
              JobProgress.follow(job, versions, successor, console);
            }
          });
    }
  }

  private int print(Retraining.Result done, Duration took) {
    Result result =
        new Result(
            done.former(),
            done.model(),
            done.partitions(),
            done.now().coveredRows(),
            done.now().segments().size(),
            done.rounds(),
            took.toMillis() / 1000.0);
    spec.commandLine()
        .getOut()
        .println(
            json
                ? JsonLine.of(result)
                : String.format(
                    "index %s has model %s of %s instead of %s: %s in %s, in %.1f s",
                    index,
                    result.model(),
                    Count.of(result.partitions(), "partition"),
                    result.formerModel(),
                    Count.of(result.rowsIndexed(), "row"),
                    Count.of(result.segments(), "segment"),
                    result.seconds()));
    return 0;
  }
}
