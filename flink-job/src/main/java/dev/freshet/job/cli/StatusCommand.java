package dev.freshet.job.cli;

import dev.freshet.job.report.Coarseness;
import dev.freshet.job.report.DatasetStatus;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.operators.train.ModelErrors;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows a dataset, the indexes that Freshet keeps fresh, and how fresh they are. */
@Command(name = "status", description = "Shows the indexes of a dataset.")
final class StatusCommand implements Callable<Integer> {

  @Mixin DatasetArguments dataset;

  @Option(names = "--json", description = "Print one JSON object as the last line.")
  boolean json;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    try (DatasetVersions versions = new DatasetVersions(dataset.location(), ArrowBudget.MANIFEST)) {
      DatasetStatus status = DatasetStatus.of(versions, dataset.indexStorage(), dataset.files());
      spec.commandLine().getOut().println(json ? JsonLine.of(status) : text(status));
      return 0;
    }
  }

  private static String text(DatasetStatus status) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "%s: version %d, %s in %s",
            status.dataset(),
            status.version(),
            Count.of(status.rows(), "row"),
            Count.of(status.fragments(), "fragment")));
    if (status.unmergedRows() > 0) {
      text.append(
          String.format(
              "%nin the table's write path: %s that no index covers before they are merged",
              Count.of(status.unmergedRows(), "row")));
    }
    if (status.indexes().isEmpty()) {
      text.append("\nno index that Freshet keeps fresh");
    }
    for (DatasetStatus.Index index : status.indexes()) {
      text.append(
          String.format(
              "\n%s: %s%s over %s%s%n  %s covered, %s in %s not; lag %.1f s",
              index.name(),
              index.type(),
              index.metric().isEmpty() ? "" : " (" + index.metric() + ")",
              index.column(),
              model(index, status.rows()),
              Count.of(index.coveredRows(), "row"),
              Count.of(index.uncoveredRows(), "row"),
              Count.of(index.uncoveredFragments(), "fragment"),
              index.lagSeconds()));
      for (DatasetStatus.Segment segment : index.segments()) {
        text.append(
            String.format(
                "%n  segment %s  %17s  %s",
                segment.uuid(),
                Count.of(segment.rows(), "row"),
                Count.of(segment.fragments().size(), "fragment")));
      }
      index.problems().forEach(problem -> text.append("\n  ").append(problem));
      for (DatasetStatus.SetAside letter : index.deadLetters()) {
        text.append(
            String.format(
                "%n  fragment %d is left out since %s: %s",
                letter.fragment(), letter.since(), letter.reason()));
      }
    }
    text.append("\n").append(garbage(status));
    return text.toString();
  }

  private static String model(DatasetStatus.Index index, long rows) {
    if (!index.leftAlone().isEmpty()) {
      return String.format("%n  LEFT ALONE: %s", index.leftAlone());
    }
    if (index.model().isEmpty()) {
      return index.metric().isEmpty() ? "" : ", model unknown";
    }
    String coarse =
        Coarseness.of(index.partitions(), OptionalInt.empty(), rows)
            .map(warning -> String.format("%n  COARSE: %s", warning))
            .orElse("");
    String drifted =
        index.codeError() < ModelErrors.DRIFTED
            ? ""
            : String.format(
                "%n  DRIFTED: the newest rows are %.1f times as far from their codes as those that"
                    + " the model was trained on, so searches find fewer of them: freshet retrain"
                    + " gives the index a new model",
                index.codeError());
    return ", model "
        + index.model()
        + " of "
        + Count.of(index.partitions(), "partition")
        + coarse
        + drifted;
  }

  private static String garbage(DatasetStatus status) {
    if (status.garbage().isEmpty()) {
      return "garbage: not looked for in so many versions; ask freshet gc --dry-run, and remove old"
          + " versions with --keep-for 7d if nobody goes back to them";
    }
    String found =
        status.garbage().stream()
            .filter(kind -> kind.count() > 0)
            .map(
                kind ->
                    String.format(
                        "%,d %s (%,d bytes)", kind.count(), kind.kind().plural(), kind.bytes()))
            .collect(Collectors.joining(", "));
    return found.isEmpty() ? "no garbage" : "garbage: " + found;
  }
}
