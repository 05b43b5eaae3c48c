package dev.freshet.bench.work;

import dev.freshet.bench.work.DriftSteps.Numbers;
import dev.freshet.bench.work.DriftSteps.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
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
  private final BitSet live = new BitSet();
  private int next;

  LiveVectors(int dimension) {
    this.dimension = dimension;
  }

  /** Takes the rows of a step in, and leaves out those that it deletes. */
  void apply(Step step) {
    int rows = step.vectors().length / dimension;
    if (rows > 0) {
      blocks.addLast(new Block(next, step.vectors()));
      live.set(next, next + rows);
      next += rows;
    }
    for (Numbers deleted : step.deleted()) {
      live.clear((int) deleted.from(), (int) deleted.to());
    }
    blocks.removeIf(block -> isEmpty(block));
  }

  private boolean isEmpty(Block block) {
    int alive = live.nextSetBit((int) block.first());
    return alive < 0 || alive >= block.first() + rows(block);
  }

  private long rows(Block block) {
    return block.vectors().length / dimension;
  }

  long rows() {
    return live.cardinality();
  }

  /** Vectors near to live rows of the last step that inserted any. */
  List<float[]> likeNewest(int count) {
    return like((int) blocks.getLast().first(), count);
  }

  /** Vectors near to any live rows. */
  List<float[]> likeAll(int count) {
    return like(0, count);
  }

  private List<float[]> like(int from, int count) {
    int[] rows = live.stream().filter(row -> row >= from).toArray();
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      vectors.add(near(rows[random.nextInt(rows.length)]));
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
