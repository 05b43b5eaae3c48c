package dev.freshet.vector.training;

import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.VectorPreparation;
import java.util.SplittableRandom;

/**
 * The finite vectors of a sample in random order, normalised for cosine.
 *
 * @param vectors shape [rows][dimension]
 */
@SuppressWarnings("ArrayRecordComponent") // large; used inside this package only
record TrainingSample(float[] vectors, int rows, int dimension) {

  static TrainingSample of(
      float[] sample, int rows, int dimension, Metric metric, long seed, long mostRows) {
    int[] order = shuffled(rows, seed);
    int capacity = (int) Math.min(rows, mostRows);
    float[] vectors = new float[Math.multiplyExact(capacity, dimension)];
    int kept = 0;
    for (int i = 0; i < rows && kept < capacity; i++) {
      int at = kept * dimension;
      System.arraycopy(sample, order[i] * dimension, vectors, at, dimension);
      if (metric == Metric.COSINE) {
        VectorPreparation.normalize(vectors, kept, kept + 1, dimension);
      }
      if (VectorPreparation.isFinite(vectors, at, dimension)) {
        kept++;
      }
    }
    return new TrainingSample(vectors, kept, dimension);
  }

  /** Fisher and Yates. */
  private static int[] shuffled(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }

  int rows(long most) {
    return (int) Math.min(rows, most);
  }
}
