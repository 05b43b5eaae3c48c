package dev.freshet.vector.training;

import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;

/**
 * What to train.
 *
 * @param partitions number of IVF centroids
 * @param subVectors PQ sub-vectors; not looked at for types without PQ
 * @param bits bits of one PQ sub-code, 4 or 8; not looked at for types without PQ
 * @param seed equal seeds and samples give equal models
 * @param maxIterations iterations of k-means at most
 */
public record TrainingSpec(
    IndexType type,
    Metric metric,
    int partitions,
    int subVectors,
    int bits,
    long seed,
    int maxIterations) {

  /** Most of them see a part of the sample. 50 would make the loss less by under a hundredth. */
  public static final int DEFAULT_ITERATIONS = 20;

  /**
   * Rows of the sample for each centroid. Faiss and Lance take 256; with twice as many the model
   * finds about 1 % more of the neighbours in 20 of 256 probes, and still more rows add little.
   */
  static final int ROWS_PER_CENTROID = 512;

  /** From so many centroids on one training is enough: the luck of its start evens out. */
  private static final int LUCKY_CENTROIDS = 1024;

  private static final int MAX_STARTS = 4;

  private static final int QUANTIZER_ROWS = ROWS_PER_CENTROID * 256;

  public TrainingSpec {
    if (partitions < 1) {
      throw new IllegalArgumentException("IVF takes at least 1 partition, not " + partitions);
    }
    if (maxIterations < 1) {
      throw new IllegalArgumentException(
          "k-means takes at least 1 iteration, not " + maxIterations);
    }
    if (type.hasSubVectors() && bits != 4 && bits != 8) {
      throw new IllegalArgumentException("PQ takes 4 or 8 bits, not " + bits);
    }
  }

  /** The same with another number of partitions. */
  public TrainingSpec of(int otherPartitions) {
    return new TrainingSpec(type, metric, otherPartitions, subVectors, bits, seed, maxIterations);
  }

  /** The same with other PQ codes. */
  public TrainingSpec codedAs(int otherSubVectors, int otherBits) {
    return new TrainingSpec(
        type, metric, partitions, otherSubVectors, otherBits, seed, maxIterations);
  }

  /** The number of rows to sample: fewer make a poorer model, more are not used. */
  public long sampleRows() {
    return Math.max(partitionRows(), quantizerRows());
  }

  /** The number of rows without which there is no training. */
  int leastRows() {
    return type.hasSubVectors() ? Math.max(partitions, 1 << bits) : partitions;
  }

  /** The rows that the centroids are trained on. */
  long partitionRows() {
    return (long) ROWS_PER_CENTROID * partitions;
  }

  /** Starts of the training of the centroids, of which the best is taken. */
  int starts() {
    return Math.max(1, Math.min(MAX_STARTS, LUCKY_CENTROIDS / partitions));
  }

  /** The rows that the quantizer is trained on. */
  long quantizerRows() {
    return switch (type.training()) {
      case CODEBOOK -> (long) ROWS_PER_CENTROID << bits;
      case BOUNDS -> QUANTIZER_ROWS;
      case NONE, LEFT_TO_LANCE -> 0;
    };
  }
}
