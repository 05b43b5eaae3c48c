package dev.freshet.operators.train;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.storage.OwnFiles;
import dev.freshet.operators.storage.RequestCounter;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How well each model of a dataset fitted vectors like those it was trained on, or, adopted from
 * others, those that it encoded when it was first met: a file a model, whatever the index is
 * called, of the version of its form in the first line, the {@link
 * dev.freshet.vector.quantizer.ModelError} in the second and, of a model that has grown, the
 * partitions that it had at first in a third.
 *
 * <p>They stand beside the dataset, as Lance keeps nothing of the kind when it rewrites a segment.
 */
public final class ModelErrors {

  /** Relative error of new rows from which on recall suffers, in streams that were measured. */
  public static final double DRIFTED = 1.5;

  private static final String VERSION = "1";

  private final DatasetFiles files;

  /**
   * What is kept of a model.
   *
   * @param error empty if nobody has kept it
   * @param firstPartitions that it had at first; empty if nobody has kept that it has grown
   */
  public record Fit(OptionalDouble error, OptionalInt firstPartitions) {}

  public ModelErrors(DatasetFiles files) {
    this.files = files;
  }

  /** Those of a stream's dataset. */
  public static ModelErrors of(StreamOptions options) {
    return new ModelErrors(StorageAccess.datasetFiles(options.location(), RequestCounter.NONE));
  }

  /**
   * Keeps the error of a model.
   *
   * @param error finite and not negative
   */
  public void put(String model, double error) throws IOException {
    put(model, error, "");
  }

  /**
   * Keeps the error of a model that has grown.
   *
   * @param error finite and not negative
   * @param partitions that it had at first
   */
  public void put(String model, double error, int partitions) throws IOException {
    put(model, error, partitions + "\n");
  }

  private void put(String model, double error, String more) throws IOException {
    if (!(error >= 0) || Double.isInfinite(error)) {
      throw new IllegalArgumentException("An error is finite and not negative, not " + error);
    }
    String content = VERSION + "\n" + error + "\n" + more;
    files.write(path(model), content.getBytes(StandardCharsets.UTF_8));
  }

  /** The error of a model; empty if nobody has kept it, or in another form. */
  public OptionalDouble find(String model) throws IOException {
    return fit(model).error();
  }

  /** What is kept of a model, in one read. */
  public Fit fit(String model) throws IOException {
    List<String> lines = read(model);
    try {
      return new Fit(
          lines.size() > 1
              ? OptionalDouble.of(Double.parseDouble(lines.get(1)))
              : OptionalDouble.empty(),
          lines.size() > 2 ? OptionalInt.of(Integer.parseInt(lines.get(2))) : OptionalInt.empty());
    } catch (NumberFormatException e) {
      return new Fit(OptionalDouble.empty(), OptionalInt.empty());
    }
  }

  private List<String> read(String model) throws IOException {
    try {
      String content = new String(files.read(path(model)), StandardCharsets.UTF_8);
      List<String> lines = content.lines().toList();
      return !lines.isEmpty() && lines.get(0).equals(VERSION) ? lines : List.of();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  private static String path(String model) {
    return OwnFiles.MODELS + "/" + model;
  }
}
