package dev.freshet.operators.assign;

import dev.freshet.operators.metrics.EncodingMetrics;
import dev.freshet.operators.train.ModelErrors;
import dev.freshet.vector.quantizer.EncodedBlock;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.ModelError;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.IOException;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches how well the model still fits the rows that are encoded: by some rows of each batch,
 * relative to those that it was trained on. Not thread-safe.
 */
final class FitWatch {

  private static final Logger LOG = LoggerFactory.getLogger(FitWatch.class);

  /** First rows of a batch: next to nothing beside encoding it. */
  private static final int ROWS = 64;

  /** Weight of the newest batch among those before. */
  private static final double WEIGHT = 1.0 / 8;

  private final IvfModel model;
  private final OptionalDouble trained;
  private final EncodingMetrics metrics;
  private OptionalDouble relative = OptionalDouble.empty();
  private boolean said;

  private FitWatch(IvfModel model, OptionalDouble trained, EncodingMetrics metrics) {
    this.model = model;
    this.trained = trained;
    this.metrics = metrics;
  }

  /** Of a model; it watches nothing if nobody has kept how well it fitted. */
  static FitWatch of(IvfModel model, ModelErrors errors, EncodingMetrics metrics)
      throws IOException {
    return new FitWatch(model, errors.find(model.id()), metrics);
  }

  void encoded(VectorBatch batch, EncodedBlock codes) {
    if (trained.isEmpty() || trained.getAsDouble() == 0) {
      return;
    }
    new ModelError(model).of(batch, codes, ROWS).ifPresent(now -> add(now / trained.getAsDouble()));
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
}
