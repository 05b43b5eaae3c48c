package dev.freshet.bench.work;

import dev.freshet.bench.work.DriftStream.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/** The live rows of a table under drift, from which questions are drawn. */
final class LiveVectors {

  private static final float NOISE = 0.05f;
  private static final long SEED = 7;

  /**
   * Rows of one step.
   *
   * @param first number of the first
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of bulk data, never compared
  private record Block(long first, float[] vectors) {}

  private final int dimension;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Deque<Block> blocks = new ArrayDeque<>();
  private long oldest;
  private long next;

  LiveVectors(int dimension) {
    this.dimension = dimension;
  }

  /** Takes the rows of a step in, and leaves out those that it deletes. */
  void apply(Step step) {
    blocks.addLast(new Block(next, step.vectors()));
    next += step.vectors().length / dimension;
    oldest = step.oldest();
    while (blocks.getFirst().first() + rows(blocks.getFirst()) <= oldest) {
      blocks.removeFirst();
    }
  }

  private long rows(Block block) {
    return block.vectors().length / dimension;
  }

  long rows() {
    return next - oldest;
  }

  /** Vectors near to rows of the last step. */
  List<float[]> likeNewest(int count) {
    return like(blocks.getLast().first(), count);
  }

  /** Vectors near to any live rows. */
  List<float[]> likeAll(int count) {
    return like(oldest, count);
  }

  private List<float[]> like(long from, int count) {
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      vectors.add(near(random.nextLong(from, next)));
    }
    return vectors;
  }

  private float[] near(long row) {
    Block block =
        blocks.stream()
            .filter(one -> row >= one.first() && row < one.first() + rows(one))
            .findFirst()
            .orElseThrow();
    int from = (int) (row - block.first()) * dimension;
    float[] vector = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      vector[d] = block.vectors()[from + d] + NOISE * (float) random.nextGaussian();
    }
    return vector;
  }
}
