package dev.freshet.vector.quantizer;

import dev.freshet.state.model.Metric;
import dev.freshet.vector.kernels.Kernels;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * Measures how well a model fits vectors: the mean squared distance from a vector to what its PQ
 * code stands for, and of other types, whose codes say less of the model, to its centroid. Vectors
 * that a model was not trained on are farther from it, long before searches find fewer of them.
 *
 * @param model whose codes they are
 */
public record ModelError(IvfModel model) {

  /**
   * The mean over all rows that can be encoded; empty if there is none, or it is not finite.
   *
   * @throws IllegalArgumentException if Lance encodes the vectors of this model
   */
  public static OptionalDouble of(IvfModel model, Kernels kernels, VectorBatch batch) {
    EncodedBlock encoded = new VectorEncoder(model, kernels).encode(batch).block();
    return new ModelError(model).of(batch, encoded, batch.rows());
  }

  /**
   * The mean over those of the first rows that were encoded; empty if there is none, or it is not
   * finite.
   *
   * @param encoded what was made of the batch
   * @param most rows that are looked at
   */
  public OptionalDouble of(VectorBatch batch, EncodedBlock encoded, int most) {
    double mean = Arrays.stream(ofEach(batch, encoded, most)).average().orElse(Double.NaN);
    return Double.isFinite(mean) ? OptionalDouble.of(mean) : OptionalDouble.empty();
  }

  /**
   * The error of each of the first rows that was encoded, in their order.
   *
   * @param encoded what was made of the batch
   * @param most rows that are looked at
   */
  public double[] ofEach(VectorBatch batch, EncodedBlock encoded, int most) {
    int dimension = model.dimension();
    int rows = Math.min(most, batch.rows());
    float[] vectors = Arrays.copyOf(batch.vectors(), rows * dimension);
    if (model.metric() == Metric.COSINE) {
      VectorPreparation.normalize(vectors, 0, rows, dimension);
    }
    double[] errors = new double[Math.min(rows, encoded.rows())];
    int next = 0;
    for (int row = 0; row < rows && next < errors.length; row++) {
      if (batch.rowIds()[row] == encoded.rowIds()[next]) {
        errors[next] = error(vectors, row * dimension, encoded, next);
        next++;
      }
    }
    return Arrays.copyOf(errors, next);
  }

  private double error(float[] vectors, int at, EncodedBlock encoded, int row) {
    int centroid = encoded.partitions()[row] * model.dimension();
    return model.quantizer() instanceof Quantizer.Product pq
        ? codeError(pq, vectors, at, encoded, row, centroid)
        : residual(vectors, at, centroid);
  }

  private double residual(float[] vectors, int at, int centroid) {
    double error = 0;
    for (int i = 0; i < model.dimension(); i++) {
      double value = (double) vectors[at + i] - model.centroids()[centroid + i];
      error += value * value;
    }
    return error;
  }

  private double codeError(
      Quantizer.Product pq, float[] vectors, int at, EncodedBlock encoded, int row, int centroid) {
    int length = model.dimension() / pq.subVectors();
    double residual = Residuals.used(model.metric()) ? 1 : 0;
    double error = 0;
    for (int sub = 0; sub < pq.subVectors(); sub++) {
      int entry = CodeTolerance.entry(pq, encoded.codes(), row * model.codeBytes(), sub);
      int codeword = (sub * pq.entries() + entry) * length;
      for (int i = 0; i < length; i++) {
        double value =
            vectors[at + sub * length + i]
                - residual * model.centroids()[centroid + sub * length + i]
                - pq.codebook()[codeword + i];
        error += value * value;
      }
    }
    return error;
  }
}
