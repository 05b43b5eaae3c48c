package dev.freshet.lance.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn.Element;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorTakeTest {

  private static final int DIMENSION = 4;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void givesLiveRowsAndLeavesOutDeletedOnes(boolean stable) throws IOException {
    TestVectors vectors = TestVectors.clustered(300, DIMENSION, 4, 3);
    BitSet nulls = new BitSet();
    nulls.set(7);
    try (TestDataset table =
        TestDataset.create(directory.resolve("t"), Element.FLOAT32, DIMENSION, stable)) {
      table.append(vectors, 100, nulls);
      table.delete("id = 105 or id = 6");
      try (DatasetHandle handle = table.open()) {
        List<Long> asked =
            LongStream.of(0, 6, 7, 99, 100, 105, 299, 100_007)
                .map(id -> rowId(id, stable))
                .boxed()
                .toList();
        VectorBatch taken =
            new VectorTake(handle, handle.column(TestDataset.COLUMN)).takeLive(asked);
        assertThat(LongStream.of(taken.rowIds()).limit(taken.rows()).boxed())
            .containsExactlyInAnyOrderElementsOf(
                LongStream.of(0, 7, 99, 100, 299).map(id -> rowId(id, stable)).boxed().toList());
        for (int row = 0; row < taken.rows(); row++) {
          int id = id(taken.rowIds()[row], stable);
          assertThat(taken.valid().get(row)).isEqualTo(id != 7);
          if (id != 7) {
            assertThat(Arrays.copyOfRange(taken.vectors(), row * DIMENSION, (row + 1) * DIMENSION))
                .isEqualTo(
                    Arrays.copyOfRange(vectors.values(), id * DIMENSION, (id + 1) * DIMENSION));
          }
        }
      }
    }
  }

  private static long rowId(long id, boolean stable) {
    return stable ? id : id / 100 << Integer.SIZE | id % 100;
  }

  private static int id(long rowId, boolean stable) {
    return (int) (stable ? rowId : (rowId >>> Integer.SIZE) * 100 + (rowId & 0xFFFF_FFFFL));
  }
}
