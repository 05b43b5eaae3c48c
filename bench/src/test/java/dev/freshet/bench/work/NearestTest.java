package dev.freshet.bench.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.vector.quantizer.VectorBatch;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class NearestTest {

  @Test
  void keepsTheNearestOfAllBatches() {
    Nearest nearest = new Nearest(new float[] {0, 0, 0, 0, 1}, 2);
    nearest.look(batch(10, new float[] {0, 0, 0, 0, 5, 0, 0, 0, 0, 2}));
    nearest.look(batch(20, new float[] {0, 0, 0, 0, 1, 9, 9, 9, 9, 1}));
    assertThat(nearest.rowIds()).containsExactly(20L, 11L);
  }

  private static VectorBatch batch(long first, float[] vectors) {
    BitSet valid = new BitSet();
    valid.set(0, 2);
    return new VectorBatch(new long[] {first, first + 1}, vectors, valid, 2);
  }
}
