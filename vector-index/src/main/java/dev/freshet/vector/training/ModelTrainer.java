package dev.freshet.vector.training;

import dev.freshet.vector.kernels.Distance;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.kernels.NearestCentroid;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;
import dev.freshet.vector.quantizer.Residuals;

/**
 * Trains a model on a sample: centroids by k-means (spherical for the inner product, so that a few
 * long centroids do not draw all vectors), then the quantizer, on residuals where Lance encodes
 * residuals.
 */
public final class ModelTrainer {
  /** Bounds of 8 times the usual leave 5 of 8 bits to the usual rows. */
  private static final float BOUNDS_PROPORTION = 8;

  private final Kernels kernels;
  private final int parallelism;

  /**
   * @param parallelism threads to train with; the model does not depend on it
   */
  public ModelTrainer(Kernels kernels, int parallelism) {
    this.kernels = kernels;
    this.parallelism = parallelism;
  }

  /**
   * Trains a model, in the memory of the sample.
   *
   * @param sample shape [rows][dimension]; used up: it holds something else afterwards. Rows that
   *     are not finite, or too long for float32 to hold their distances, are left out, and so are a
   *     few that are out of all proportion to the others
   * @throws IllegalArgumentException if the sample is too small, or PQ does not fit the dimension
   */
  public IvfModel train(TrainingSpec spec, float[] sample, int rows, int dimension) {
    if (sample.length < (long) rows * dimension) {
      throw new IllegalArgumentException(
          sample.length + " floats are too few for " + rows + " vectors of dimension " + dimension);
    }
    if (spec.type().hasSubVectors()) {
      ModelSizing.checkSubVectors(dimension, spec.subVectors(), spec.bits());
    }
    TrainingSample prepared =
        TrainingSample.of(
            sample,
            rows,
            dimension,
            spec.metric(),
            spec.seed(),
            spec.sampleRows(),
            spec.leastRows());
    checkRows(spec, prepared.rows());
    try (Workers workers = new Workers(parallelism)) {
      float[] centroids = centroids(spec, prepared, workers);
      Quantizer quantizer = quantizer(spec, prepared, centroids, workers);
      return new IvfModel(spec.type(), spec.metric(), dimension, centroids, quantizer);
    }
  }

  private static void checkRows(TrainingSpec spec, int rows) {
    if (rows < spec.partitions()) {
      throw new IllegalArgumentException(
          "Training "
              + spec.partitions()
              + " partitions needs as many finite vectors, but the sample has "
              + rows
              + ": wait for more rows or ask for fewer partitions");
    }
    if (spec.type().hasSubVectors() && rows < 1 << spec.bits()) {
      throw new IllegalArgumentException(
          "Training a PQ codebook of "
              + spec.bits()
              + " bits needs "
              + (1 << spec.bits())
              + " finite vectors, but the sample has "
              + rows
              + ": wait for more rows or ask for 4 bits");
    }
  }

  private float[] centroids(TrainingSpec spec, TrainingSample sample, Workers workers) {
    Clustering shape =
        Clustering.ofVectors(spec.partitions(), sample.dimension(), Distance.of(spec.metric()));
    return new KMeans(shape, kernels, workers, spec.maxIterations())
        .trainBest(sample.vectors(), sample.rows(spec.partitionRows()), spec.starts());
  }

  private Quantizer quantizer(
      TrainingSpec spec, TrainingSample sample, float[] centroids, Workers workers) {
    return switch (spec.type().training()) {
      case NONE -> new Quantizer.Flat();
      case BOUNDS ->
          bounds(sample.vectors(), sample.rows(spec.quantizerRows()), sample.dimension());
      case CODEBOOK -> codebook(spec, sample, centroids, workers);
      case LEFT_TO_LANCE -> new Quantizer.BuiltByLance();
    };
  }

  /**
   * The least and the greatest value of all rows that are in proportion, whose codes are the finer
   * for it; those of other rows are cut off at the bounds. A little apart if they are equal.
   */
  private static Quantizer.Scalar bounds(float[] vectors, int rows, int dimension) {
    float limit = Extremes.limit(vectors, rows, dimension, BOUNDS_PROPORTION);
    float lower = Float.POSITIVE_INFINITY;
    float upper = Float.NEGATIVE_INFINITY;
    for (int row = 0; row < rows; row++) {
      int from = row * dimension;
      if (Extremes.greatest(vectors, from, dimension) <= limit) {
        for (int i = from; i < from + dimension; i++) {
          lower = Math.min(lower, vectors[i]);
          upper = Math.max(upper, vectors[i]);
        }
      }
    }
    return new Quantizer.Scalar(lower, lower < upper ? upper : Math.nextUp(upper));
  }

  /** Overwrites the sample with its residuals. */
  private Quantizer.Product codebook(
      TrainingSpec spec, TrainingSample sample, float[] centroids, Workers workers) {
    int rows = sample.rows(spec.quantizerRows());
    if (Residuals.used(spec.metric())) {
      NearestCentroid nearestCentroid =
          kernels.nearestCentroid(centroids, sample.dimension(), Distance.of(spec.metric()));
      int[] nearest = new int[rows];
      workers.run(rows, (from, to) -> nearestCentroid.assign(sample.vectors(), from, to, nearest));
      Residuals.subtract(sample.vectors(), rows, nearest, centroids, sample.dimension());
    }
    Clustering shape =
        Clustering.ofSubVectors(spec.subVectors(), 1 << spec.bits(), sample.dimension());
    float[] codebook =
        new KMeans(shape, kernels, workers, spec.maxIterations()).train(sample.vectors(), rows);
    return new Quantizer.Product(spec.subVectors(), spec.bits(), codebook);
  }
}
