package dev.freshet.bench.kernels;

import dev.freshet.vector.quantizer.VectorBatch;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.LongStream;

/** Seeded data; all benchmarks see the same. */
final class RandomData {
  private static final long SEED = 20260110;

  private RandomData() {}

  /** Gaussian values without structure: the hardest case for a search that would prune. */
  static float[] gaussian(int length) {
    Random random = new Random(SEED + length);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Vectors around as many centres as there are. */
  static float[] around(float[] centers, int rows, int dimension, float spread) {
    Random random = new Random(SEED);
    int count = centers.length / dimension;
    float[] values = new float[rows * dimension];
    for (int row = 0; row < rows; row++) {
      int center = random.nextInt(count) * dimension;
      for (int d = 0; d < dimension; d++) {
        values[row * dimension + d] = centers[center + d] + spread * (float) random.nextGaussian();
      }
    }
    return values;
  }

  static VectorBatch batch(int rows, int dimension) {
    BitSet valid = new BitSet(rows);
    valid.set(0, rows);
    return new VectorBatch(
        LongStream.range(0, rows).toArray(), gaussian(rows * dimension), valid, rows);
  }
}
