package dev.freshet.vector.training;

import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.VectorPreparation;
import java.util.SplittableRandom;

/**
 * The vectors of a sample that a model can be made for, in random order and normalised for cosine:
 * those that float32 can measure, without the few that are out of all proportion.
 *
 * @param vectors shape [rows][dimension]
 */
@SuppressWarnings("ArrayRecordComponent") // large; used inside this package only
record TrainingSample(float[] vectors, int rows, int dimension) {

  /**
   * How many times the usual a row's values may be. Far more than the rows of any one kind of data
   * differ by: what is above was mixed up or damaged.
   */
  private static final float PROPORTION = 100;

  /**
   * @param sample shape [rows][dimension]; becomes the vectors of this
   * @param mostRows rows that are kept at most
   * @param leastRows rows that are kept in any case, if they can be measured
   */
  static TrainingSample of(
      float[] sample,
      int rows,
      int dimension,
      Metric metric,
      long seed,
      long mostRows,
      int leastRows) {
    shuffle(sample, rows, dimension, seed);
    int kept = 0;
    for (int row = 0; row < rows && kept < mostRows; row++) {
      if (VectorPreparation.isMeasurable(sample, row * dimension, dimension, metric)) {
        System.arraycopy(sample, row * dimension, sample, kept * dimension, dimension);
        if (metric == Metric.COSINE) {
          VectorPreparation.normalize(sample, kept, kept + 1, dimension);
        }
        kept++;
      }
    }
    return new TrainingSample(sample, kept, dimension).withoutExtremes(leastRows);
  }

  /** Moves the rows that are in proportion to the front, in their order. */
  private TrainingSample withoutExtremes(int leastRows) {
    float limit = Extremes.limit(vectors, rows, dimension, PROPORTION);
    int spare = rows - leastRows;
    int kept = 0;
    for (int row = 0; row < rows; row++) {
      if (spare > 0 && Extremes.greatest(vectors, row * dimension, dimension) > limit) {
        spare--;
      } else {
        System.arraycopy(vectors, row * dimension, vectors, kept++ * dimension, dimension);
      }
    }
    return new TrainingSample(vectors, kept, dimension);
  }

  /** Fisher and Yates. */
  private static void shuffle(float[] vectors, int rows, int dimension, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] row = new float[dimension];
    for (int i = rows - 1; i > 0; i--) {
      int at = i * dimension;
      int other = random.nextInt(i + 1) * dimension;
      System.arraycopy(vectors, at, row, 0, dimension);
      System.arraycopy(vectors, other, vectors, at, dimension);
      System.arraycopy(row, 0, vectors, other, dimension);
    }
  }

  int rows(long most) {
    return (int) Math.min(rows, most);
  }
}
