package dev.freshet.job.cli;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.job.demo.DatasetChurn;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.dataset.LanceDatasets;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.StorageAccess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a dataset to try the other commands on, with the demo's vectors. */
@Command(name = "generate", description = "Makes a dataset of id and vector to try things on.")
final class GenerateCommand implements Callable<Integer> {

  /** Of the clusters; appended rows are of the same ones. */
  static final long SEED = 1;

  @Mixin DatasetArguments dataset;

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

  @Option(
      names = "--fragment-rows",
      defaultValue = "100000",
      description = "Rows of a fragment at most; default ${DEFAULT-VALUE}.")
  int fragmentRows;

  @Option(names = "--if-absent", description = "Do nothing, and succeed, if there is a dataset.")
  boolean ifAbsent;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    if (fragmentRows < 1) {
      throw new IllegalArgumentException("--fragment-rows is at least 1, not " + fragmentRows);
    }
    DatasetLocation location = dataset.location();
    if (exists(location)) {
      if (ifAbsent) {
        return 0;
      }
      throw new IllegalArgumentException(location + " exists: nothing was written");
    }
    try (VectorTable table = VectorTable.create(location, dimension)) {
      DatasetChurn.fill(table, new ClusteredVectors(dimension, SEED), rows, fragmentRows);
      spec.commandLine()
          .getOut()
          .printf(
              "%,d rows of %s (float32[%d]) in %s%n",
              table.appendedRows(), VectorTable.VECTOR, dimension, location);
    }
    return 0;
  }

  private static boolean exists(DatasetLocation location) {
    if (!StorageAccess.isS3(location)) {
      return Files.exists(Path.of(location.uri()));
    }
    try (LanceDatasets datasets = new LanceDatasets(ArrowBudget.MANIFEST);
        DatasetHandle found = datasets.open(location)) {
      return found.version() > 0;
    } catch (DatasetException e) {
      return false; // if it is there after all, Lance does not create it
    }
  }
}
