package dev.freshet.operators.assign;

import dev.freshet.operators.metrics.EncodingMetrics;
import dev.freshet.operators.train.ModelErrors;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.ModelError;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches how well the model still fits the rows that are encoded: by some rows of each batch,
 * relative to those that it was trained on. Not thread-safe.
 */
final class FitWatch {

  private static final Logger LOG = LoggerFactory.getLogger(FitWatch.class);

  /** First rows of a batch, which costs a hundredth of encoding it. */
  private static final int ROWS = 64;

  /** Weight of the newest batch among those before. */
  private static final double WEIGHT = 1.0 / 8;

  private final ModelError error;
  private final IvfModel model;
  private final OptionalDouble trained;
  private final EncodingMetrics metrics;
  private OptionalDouble relative = OptionalDouble.empty();
  private boolean said;

  private FitWatch(
      IvfModel model, Kernels kernels, OptionalDouble trained, EncodingMetrics metrics) {
    this.error = new ModelError(model, kernels);
    this.model = model;
    this.trained = trained;
    this.metrics = metrics;
  }

  /** Of a model; it watches nothing if nobody has kept how well it fitted. */
  static FitWatch of(IvfModel model, ModelErrors errors, Kernels kernels, EncodingMetrics metrics)
      throws IOException {
    return new FitWatch(model, kernels, errors.find(model.id()), metrics);
  }

  void encoded(VectorBatch batch) {
    if (trained.isEmpty() || trained.getAsDouble() == 0) {
      return;
    }
    error.of(first(batch)).ifPresent(now -> add(now / trained.getAsDouble()));
  }

  private void add(double batch) {
    double mean =
        relative.isEmpty() ? batch : (1 - WEIGHT) * relative.getAsDouble() + WEIGHT * batch;
    relative = OptionalDouble.of(mean);
    metrics.fits(mean);
    if (mean > ModelErrors.DRIFTED && !said) {
      said = true;
      LOG.warn(
          "New rows are {} times as far from their codes as those that model {} was trained on:"
              + " searches find fewer of them, a new model would mend that",
          String.format("%.1f", mean),
          model.id());
    }
  }

  private VectorBatch first(VectorBatch batch) {
    int rows = Math.min(ROWS, batch.rows());
    return new VectorBatch(
        Arrays.copyOf(batch.rowIds(), rows),
        Arrays.copyOf(batch.vectors(), rows * model.dimension()),
        batch.valid().get(0, rows),
        rows);
  }
}
