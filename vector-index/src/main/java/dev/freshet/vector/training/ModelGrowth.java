package dev.freshet.vector.training;

import dev.freshet.state.model.Metric;
import dev.freshet.vector.kernels.Distance;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.quantizer.EncodedBlock;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.ModelError;
import dev.freshet.vector.quantizer.VectorBatch;
import dev.freshet.vector.quantizer.VectorEncoder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Gives a model partitions for vectors that it codes badly, so that it follows data that drifts.
 *
 * <p>The new partitions stand behind those that are there, and the quantizer stays: a code of the
 * model is a code of the grown one, so segments of both can be merged, and nothing is encoded
 * again. That is enough, because what makes new vectors strange is that no centroid is near; their
 * residuals to one that is are like those of other vectors. Whether they are is measured on vectors
 * that the new centroids were not trained on, and a model that would not gain by it does not grow.
 *
 * <p>Holds the vectors three times, all new centroids that are tried, and one grown model. Not
 * thread-safe.
 */
public final class ModelGrowth {

  /**
   * Error, relative to the usual, above which a vector is strange to the model. New partitions need
   * not bring it further down: at 2.6 times the usual error searches still found 0.992 of the
   * neighbours in 20 of 256 partitions, at 6 times 0.7.
   */
  private static final double STRANGE = 2;

  /**
   * Error, relative to the usual, that strangers have on average where searches miss them. Each
   * partition more is one that a query of so many probes does not look into, so strangers that are
   * found as they are would lose by it.
   */
  private static final double MISSED = 3;

  /** What is left of the error at most, for new partitions to be worth it. */
  private static final double WORTH = 2.0 / 3;

  /** More partitions are taken only if they leave no more of the error than this. */
  private static final double GAIN = 0.8;

  /** With fewer strangers a model does not grow. */
  public static final int LEAST_VECTORS = 16;

  private static final int VECTORS_PER_PARTITION = 8;
  private static final int STARTS = 4;
  private static final long SEED = 42;

  private final IvfModel model;
  private final double usual;
  private final Kernels kernels;
  private final int parallelism;
  private final VectorEncoder encoder;

  /**
   * @param usual the {@link ModelError} of vectors that the model was trained on, above 0
   * @param parallelism threads to train with; the result does not depend on it
   * @throws IllegalArgumentException if Lance encodes the vectors of this model
   */
  public ModelGrowth(IvfModel model, double usual, Kernels kernels, int parallelism) {
    if (!(usual > 0)) {
      throw new IllegalArgumentException("The usual error is above 0, not " + usual);
    }
    this.model = model;
    this.usual = usual;
    this.kernels = kernels;
    this.parallelism = parallelism;
    this.encoder = new VectorEncoder(model, kernels);
  }

  /** Centroids of more partitions, and how well vectors fit that they were not trained on. */
  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  private record Attempt(float[] centroids, double error) {}

  public IvfModel model() {
    return model;
  }

  /** The error of vectors that the model was trained on. */
  public double usual() {
    return usual;
  }

  /** The vectors that are strange to the model. */
  public VectorBatch strangers(VectorBatch vectors) {
    EncodedBlock encoded = encoder.encode(vectors).block();
    double[] errors = new ModelError(model).ofEach(vectors, encoded, vectors.rows());
    BitSet strange = new BitSet();
    int next = 0;
    for (int row = 0; row < vectors.rows() && next < errors.length; row++) {
      if (vectors.rowIds()[row] == encoded.rowIds()[next]) {
        strange.set(row, errors[next++] > STRANGE * usual);
      }
    }
    return select(vectors, strange);
  }

  /**
   * The model with partitions for strangers; empty if they are fewer than {@link #LEAST_VECTORS},
   * are not that strange, or would not gain by it.
   *
   * @param strangers what {@link #strangers} found
   * @param least new partitions, unless the strangers are too few for as many; there are more if
   *     their codes need it
   * @param most new partitions
   */
  public Optional<IvfModel> grow(VectorBatch strangers, int least, int most) {
    if (strangers.rows() < LEAST_VECTORS || most < 1) {
      return Optional.empty();
    }
    BitSet half = new BitSet();
    for (int row = 0; row < strangers.rows(); row += 2) {
      half.set(row);
    }
    TrainingSample learnt = sample(select(strangers, half));
    int possible = Math.min(most, learnt.rows() / (VECTORS_PER_PARTITION / 2));
    if (possible < 1) {
      return Optional.empty();
    }
    half.flip(0, strangers.rows());
    VectorBatch others = select(strangers, half);
    double before = error(model, others);
    if (before < MISSED * usual) {
      return Optional.empty();
    }
    Attempt best = best(learnt, others, Math.min(Math.max(1, least), possible), possible);
    return best.error() <= WORTH * before
        ? Optional.of(model.grownBy(best.centroids()))
        : Optional.empty();
  }

  /** As few partitions as leave the vectors no strangers, or hardly worse off than any others. */
  private Attempt best(TrainingSample learnt, VectorBatch others, int least, int most) {
    List<Attempt> attempts = new ArrayList<>();
    try (Workers workers = new Workers(parallelism)) {
      double error = Double.POSITIVE_INFINITY;
      for (int more = least; more <= most && error > STRANGE * usual; more *= 2) {
        Attempt next = attempt(learnt, more, others, workers);
        attempts.add(next);
        error = next.error();
      }
    }
    double lowest = attempts.stream().mapToDouble(Attempt::error).min().orElseThrow();
    return attempts.stream()
        .filter(attempt -> attempt.error() <= lowest / GAIN)
        .findFirst()
        .orElseThrow();
  }

  private Attempt attempt(TrainingSample learnt, int more, VectorBatch others, Workers workers) {
    Clustering shape = Clustering.ofVectors(more, model.dimension(), Distance.of(model.metric()));
    float[] centroids =
        new KMeans(shape, kernels, workers, TrainingSpec.DEFAULT_ITERATIONS)
            .trainBest(learnt.vectors(), learnt.rows(), STARTS);
    return new Attempt(centroids, error(model.grownBy(centroids), others));
  }

  private double error(IvfModel of, VectorBatch vectors) {
    return ModelError.of(of, kernels, vectors).orElse(Double.POSITIVE_INFINITY);
  }

  private TrainingSample sample(VectorBatch vectors) {
    Metric metric = model.metric();
    int rows = vectors.rows();
    return TrainingSample.of(
        vectors.vectors(), rows, model.dimension(), metric, SEED, rows, rows / 2);
  }

  private VectorBatch select(VectorBatch from, BitSet rows) {
    int dimension = model.dimension();
    int count = rows.cardinality();
    long[] rowIds = new long[count];
    float[] vectors = new float[count * dimension];
    int next = 0;
    for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
      rowIds[next] = from.rowIds()[row];
      System.arraycopy(from.vectors(), row * dimension, vectors, next++ * dimension, dimension);
    }
    BitSet valid = new BitSet();
    valid.set(0, count);
    return new VectorBatch(rowIds, vectors, valid, count);
  }
}
