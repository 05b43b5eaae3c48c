package dev.freshet.job.cli;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.lance.commit.CommitGuard;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.sample.VectorTable;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Appends to a dataset of {@link GenerateCommand} at a steady pace: another writer, for trials. */
@Command(name = "append", description = "Appends to a generated dataset at a steady pace.")
final class AppendCommand implements Callable<Integer> {

  private static final int DELETE_EVERY = 10;

  @Mixin DatasetArguments dataset;

  @Option(
      names = "--rows",
      defaultValue = "500",
      description = "Rows of each append; default ${DEFAULT-VALUE}.")
  int rows;

  @Option(
      names = "--times",
      defaultValue = "1",
      description = "How many appends; default ${DEFAULT-VALUE}. Each tenth deletes some rows too.")
  int times;

  @Option(
      names = "--every",
      defaultValue = "2s",
      paramLabel = "TIME",
      description = "Time between two appends; default ${DEFAULT-VALUE}.")
  String every;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Duration pause = StreamArguments.duration(every);
    try (DatasetVersions versions = new DatasetVersions(dataset.location(), ArrowBudget.MANIFEST);
        VectorTable table = VectorTable.open(dataset.location())) {
      ClusteredVectors vectors =
          new ClusteredVectors(table.dimension(), GenerateCommand.SEED)
              .others(versions.latestVersion());
      for (int time = 1; time <= times; time++) {
        if (time > 1) {
          Thread.sleep(pause.toMillis());
        }
        try (DatasetHandle latest = versions.latest()) {
          CommitGuard.check(latest, dataset.files());
        }
        table.append(vectors.next(rows), rows);
        if (time % DELETE_EVERY == 0) {
          table.delete(VectorTable.ID + " % 101 = " + time % 101);
        }
      }
      spec.commandLine().getOut().printf("%,d rows appended%n", (long) times * rows);
    }
    return 0;
  }
}
