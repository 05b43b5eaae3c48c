package dev.freshet.operators.train;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;
import dev.freshet.vector.training.ModelSizing;
import dev.freshet.vector.training.ModelTrainer;
import dev.freshet.vector.training.TrainingSpec;

/**
 * How the model of an index is trained over a dataset of a given size.
 *
 * @param spec what the user asked for, and what was derived
 * @param sampleRows vectors to train on; at most {@link #SAMPLE_BYTES} of them
 * @param leastRows with fewer finite vectors there is no training
 */
public record TrainingPlan(TrainingSpec spec, int dimension, int sampleRows, int leastRows) {

  /** Bound of the sample in memory, in which the trainer works. */
  static final long SAMPLE_BYTES = 256L << 20;

  /** Equal datasets give equal models. */
  private static final long SEED = 42;

  private static final int BITS = 8;
  private static final int MIN_ROWS = 256;

  /**
   * Derives what the user left open.
   *
   * @param rows rows of the dataset
   * @throws DatasetException if the sub-vectors do not divide the dimension, or Lance does not
   *     answer queries of this type and metric, or builds no segment over such a column
   */
  public static TrainingPlan of(IndexSpec.Vector index, VectorColumn column, long rows) {
    refuseUnanswerable(index);
    refuseUnbuildable(column);
    int dimension = column.dimension();
    int partitions = index.partitions().orElseGet(() -> ModelSizing.partitions(rows));
    TrainingSpec spec =
        new TrainingSpec(
            index.type(),
            index.metric(),
            partitions,
            subVectors(index, dimension),
            BITS,
            SEED,
            TrainingSpec.DEFAULT_ITERATIONS);
    return of(spec, dimension);
  }

  /** The same for another number of partitions. */
  TrainingPlan of(int partitions) {
    return of(spec.of(partitions), dimension);
  }

  private static TrainingPlan of(TrainingSpec spec, int dimension) {
    long bound = SAMPLE_BYTES / ((long) dimension * Float.BYTES);
    int leastRows = Math.max(MIN_ROWS, spec.partitions());
    int sampleRows = (int) Math.max(leastRows, Math.min(spec.sampleRows(), bound));
    return new TrainingPlan(spec, dimension, sampleRows, leastRows);
  }

  /** The same for codes as those of a model that is there, whatever the user left open. */
  TrainingPlan codedAs(Quantizer quantizer) {
    return quantizer instanceof Quantizer.Product pq
        ? of(spec.codedAs(pq.subVectors(), pq.bits()), dimension)
        : this;
  }

  /** Lance compares SQ codes under dot wrongly, its own and ours: recall@10 is below 0.1. */
  private static void refuseUnanswerable(IndexSpec.Vector index) {
    if (!index.type().answers(index.metric())) {
      throw new DatasetException(
          index.type()
              + " with metric "
              + index.metric().lanceName()
              + " is answered wrongly by Lance itself: use IVF_PQ, or cosine on"
              + " normalised vectors");
    }
  }

  /** Lance needs centroids of the column's type; its Java API, and our files, give float32 ones. */
  private static void refuseUnbuildable(VectorColumn column) {
    if (column.element() != VectorColumn.Element.FLOAT32) {
      throw new DatasetException(
          "Column '"
              + column.name()
              + "' holds "
              + column.element()
              + ": Lance builds no segment over it with a given model, so cast it to float32");
    }
  }

  private static int subVectors(IndexSpec.Vector index, int dimension) {
    if (!index.type().hasSubVectors()) {
      return 1;
    }
    int chosen = index.subVectors().orElseGet(() -> ModelSizing.subVectors(dimension, BITS));
    try {
      ModelSizing.checkSubVectors(dimension, chosen, BITS);
    } catch (IllegalArgumentException e) {
      throw new DatasetException("Column '" + index.column() + "': " + e.getMessage(), e);
    }
    return chosen;
  }

  /**
   * Trains on a sample, which is used up.
   *
   * @param sample shape [rows][dimension]
   */
  public IvfModel train(float[] sample, int rows) {
    int threads = Runtime.getRuntime().availableProcessors();
    return new ModelTrainer(Kernels.best(), threads).train(spec, sample, rows, dimension);
  }
}
