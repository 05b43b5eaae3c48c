package dev.freshet.lance.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn.Element;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorSampleTest {

  private static final long SEED = 17;
  private static final int DIMENSION = 4;

  @TempDir Path directory;

  @Test
  void drawsOnlyRowsWhoseDistancesCanBeHeld() throws IOException {
    TestVectors vectors = TestVectors.clustered(100, DIMENSION, 4, SEED);
    fill(vectors, 10, 1e25f);
    fill(vectors, 11, 1e-30f);
    fill(vectors, 12, 0f);
    fill(vectors, 13, 1e18f);
    try (TestDataset dataset =
        TestDataset.create(directory.resolve("t"), Element.FLOAT32, DIMENSION, false)) {
      dataset.append(vectors, 100, new BitSet());
      try (DatasetHandle handle = dataset.open()) {
        assertThat(left(handle, Metric.L2)).containsExactly(10L);
        assertThat(left(handle, Metric.DOT)).containsExactly(10L);
        assertThat(left(handle, Metric.COSINE)).containsExactly(10L, 11L, 12L);
      }
    }
  }

  private static void fill(TestVectors vectors, int row, float value) {
    Arrays.fill(vectors.values(), row * DIMENSION, (row + 1) * DIMENSION, value);
  }

  /** The rows of 100 that cannot be drawn, ascending. */
  private static LongStream left(DatasetHandle handle, Metric metric) throws IOException {
    long[] drawn =
        new VectorSample(handle, handle.column("vec"), metric, Coverage.of(0))
            .draw(100, SEED)
            .rowIds();
    return LongStream.range(0, 100).filter(row -> LongStream.of(drawn).noneMatch(d -> d == row));
  }

  @Test
  void drawsDistinctFiniteRowsOfTheFragments() throws IOException {
    TestVectors vectors = TestVectors.clustered(1000, DIMENSION, 4, SEED);
    vectors.values()[300 * DIMENSION] = Float.NaN;
    vectors.values()[301 * DIMENSION + 1] = Float.POSITIVE_INFINITY;
    BitSet nulls = new BitSet();
    nulls.set(310, 320);
    try (TestDataset dataset =
        TestDataset.create(directory.resolve("t"), Element.FLOAT32, DIMENSION, false)) {
      dataset.append(vectors, 250, nulls);
      dataset.delete("id % 5 = 1");
      try (DatasetHandle handle = dataset.open()) {
        VectorSample sample =
            new VectorSample(handle, handle.column("vec"), Metric.L2, Coverage.of(1, 3));
        VectorBatch some = sample.draw(100, SEED);
        VectorBatch all = sample.draw(1000, SEED);

        assertThat(sample.liveRows()).isEqualTo(400);
        assertThat(some.rows()).as("seed %s", SEED).isEqualTo(100);
        assertThat(sample.draw(100, SEED).rowIds()).isEqualTo(some.rowIds());
        // fragment 1 loses rows 300 and 310 to 319 but for 311 and 316, which are deleted, as 301
        assertThat(all.rows()).isEqualTo(400 - 1 - 8);
        assertThat(LongStream.of(all.rowIds()).distinct().count()).isEqualTo(all.rows());
        for (int i = 0; i < all.rows(); i++) {
          int fragment = (int) (all.rowIds()[i] >> 32);
          int row = fragment * 250 + (int) all.rowIds()[i];
          assertThat(fragment).isIn(1, 3);
          assertThat(TestVectors.row(all.vectors(), i, DIMENSION)).isEqualTo(vectors.row(row));
        }
      }
    }
  }
}
