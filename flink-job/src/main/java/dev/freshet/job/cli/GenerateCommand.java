package dev.freshet.job.cli;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.job.demo.DatasetChurn;
import dev.freshet.operators.lance.VectorTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a dataset to try the other commands on, with the demo's vectors. */
@Command(name = "generate", description = "Makes a dataset of id and vector to try things on.")
final class GenerateCommand implements Callable<Integer> {

  private static final long SEED = 1;

  @Option(names = "--dataset", required = true, paramLabel = "DIR", description = "Where.")
  Path dataset;

  @Option(
      names = "--rows",
      defaultValue = "100000",
      description = "How many rows; default ${DEFAULT-VALUE}.")
  long rows;

  @Option(
      names = "--dim",
      defaultValue = "128",
      description = "Dimension of the vectors; default ${DEFAULT-VALUE}.")
  int dimension;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    if (Files.exists(dataset)) {
      throw new IllegalArgumentException(dataset + " exists: nothing was written");
    }
    try (VectorTable table = VectorTable.create(dataset.toString(), dimension)) {
      DatasetChurn.fill(table, new ClusteredVectors(dimension, SEED), rows);
      spec.commandLine()
          .getOut()
          .printf(
              "%,d rows of %s (float32[%d]) in %s%n",
              table.appendedRows(), VectorTable.VECTOR, dimension, dataset);
    }
    return 0;
  }
}
