package dev.freshet.lance.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.dataset.VectorColumn.Element;
import dev.freshet.state.model.RowRange;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VectorScanTest {

  private static final long SEED = 7;
  private static final int DIMENSION = 8;
  private static final long BATCH_BYTES = 1 << 12;

  @TempDir Path directory;

  @Test
  void readsWholeFragmentsInOrderWithTheirRowIds() throws IOException {
    TestVectors vectors = TestVectors.clustered(1000, DIMENSION, 4, SEED);
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 400);
        DatasetHandle handle = dataset.open()) {
      Rows rows = scan(handle, whole(2, 200), whole(0, 400), whole(1, 400));

      assertThat(rows.ids).startsWith(2L << 32).hasSize(1000);
      assertThat(rows.ids.subList(200, 600)).startsWith(0L).endsWith(399L);
      for (int i = 0; i < 1000; i++) {
        assertThat(rows.vectors.get(i)).isEqualTo(vectors.row((i + 800) % 1000));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void offsetsCountLiveRows(boolean stableRowIds) throws IOException {
    TestVectors vectors = TestVectors.clustered(500, DIMENSION, 4, SEED);
    try (TestDataset dataset =
        TestDataset.create(directory.resolve("t"), Element.FLOAT32, DIMENSION, stableRowIds)) {
      dataset.append(vectors, 500);
      dataset.delete("id % 3 = 0");
      try (DatasetHandle handle = dataset.open()) {
        Rows all = scan(handle, whole(0, 333));
        Rows parts =
            scan(
                handle,
                new RowRange(0, 0, 100, 333),
                new RowRange(0, 100, 150, 333),
                new RowRange(0, 250, 83, 333));

        assertThat(all.ids).hasSize(333).startsWith(1L, 2L, 4L);
        assertThat(parts.ids).isEqualTo(all.ids);
        assertThat(parts.vectors).usingRecursiveComparison().isEqualTo(all.vectors);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Element.class)
  void convertsElementsAndTellsNulls(Element element) throws IOException {
    TestVectors vectors = TestVectors.of(2, 0.5f, -1.25f, 3f, 4f, Float.NaN, 6f);
    BitSet nulls = new BitSet();
    nulls.set(1);
    try (TestDataset dataset = TestDataset.create(directory.resolve("t"), element, 2, false)) {
      dataset.append(vectors, 10, nulls);
      try (DatasetHandle handle = dataset.open()) {
        Rows rows = scan(handle, whole(0, 3));

        assertThat(rows.valid).containsExactly(true, false, true);
        assertThat(rows.vectors.get(0)).containsExactly(0.5f, -1.25f);
        assertThat(rows.vectors.get(2)).containsExactly(Float.NaN, 6f);
      }
    }
  }

  /** Work for each batch would else be work for each fragment. */
  @Test
  void batchesGoOverSmallFragments() throws IOException {
    TestVectors vectors = TestVectors.clustered(1000, DIMENSION, 4, SEED);
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 10);
        DatasetHandle handle = dataset.open()) {
      List<RowRange> ranges = new ArrayList<>();
      for (int fragment = 0; fragment < 100; fragment++) {
        ranges.add(whole(fragment, 10));
      }
      int batches = 0;
      try (VectorScan scan =
          new VectorScan(handle, handle.column(TestDataset.COLUMN), ranges, BATCH_BYTES)) {
        for (Optional<VectorBatch> next = scan.next(); next.isPresent(); next = scan.next()) {
          batches++;
        }
      }
      assertThat(batches).isEqualTo(10); // of 102 rows at most, so of 10 fragments
      assertThat(scan(handle, ranges.toArray(RowRange[]::new)).ids).hasSize(1000).isSorted();
    }
  }

  @Test
  void severalThreadsShareTheBatches() throws IOException {
    TestVectors vectors = TestVectors.clustered(1000, DIMENSION, 4, SEED);
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 100);
        DatasetHandle handle = dataset.open();
        VectorScan scan = scanOf(handle)) {
      Set<Long> ids = ConcurrentHashMap.newKeySet();
      ParallelScan.BatchConsumer consumer =
          batch -> {
            for (int i = 0; i < batch.rows(); i++) {
              int row = (int) (batch.rowIds()[i] >>> 32) * 100 + (int) batch.rowIds()[i];
              assertThat(TestVectors.row(batch.vectors(), i, DIMENSION))
                  .isEqualTo(vectors.row(row));
              assertThat(ids.add(batch.rowIds()[i])).isTrue();
            }
          };
      ParallelScan.run(scan, Collections.nCopies(3, consumer));
      assertThat(ids).hasSize(1000);
    }
  }

  @Test
  void noThreadGoesOnAfterAFailure() throws IOException {
    TestVectors vectors = TestVectors.clustered(1000, DIMENSION, 4, SEED);
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 100);
        DatasetHandle handle = dataset.open();
        VectorScan scan = scanOf(handle)) {
      ParallelScan.BatchConsumer failing =
          batch -> {
            throw new IllegalStateException("failing");
          };
      assertThatThrownBy(() -> ParallelScan.run(scan, Collections.nCopies(2, failing)))
          .hasMessage("failing");
      assertThat(scan.next()).as("batches are left").isPresent();
    }
  }

  private static VectorScan scanOf(DatasetHandle handle) {
    List<RowRange> ranges = new ArrayList<>();
    for (int fragment = 0; fragment < 10; fragment++) {
      ranges.add(whole(fragment, 100));
    }
    return new VectorScan(handle, handle.column(TestDataset.COLUMN), ranges, BATCH_BYTES);
  }

  @Test
  void refusesARangeThatHasNotItsRows() {
    TestVectors vectors = TestVectors.clustered(10, DIMENSION, 2, SEED);
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 10);
        DatasetHandle handle = dataset.open()) {
      assertThatThrownBy(() -> scan(handle, whole(0, 12)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("at version 1: 2 missing");
    }
  }

  private static RowRange whole(int fragment, long rows) {
    return new RowRange(fragment, 0, rows, rows);
  }

  private static final class Rows {
    private final List<Long> ids = new ArrayList<>();
    private final List<float[]> vectors = new ArrayList<>();
    private final List<Boolean> valid = new ArrayList<>();
  }

  private static Rows scan(DatasetHandle handle, RowRange... ranges) throws IOException {
    Rows rows = new Rows();
    VectorColumn column = handle.column(TestDataset.COLUMN);
    try (VectorScan scan = new VectorScan(handle, column, List.of(ranges), BATCH_BYTES)) {
      for (Optional<VectorBatch> next = scan.next(); next.isPresent(); next = scan.next()) {
        VectorBatch batch = next.get();
        assertThat(batch.rows() * (long) (DIMENSION * Float.BYTES + Long.BYTES))
            .isLessThanOrEqualTo(BATCH_BYTES);
        for (int i = 0; i < batch.rows(); i++) {
          rows.ids.add(batch.rowIds()[i]);
          rows.vectors.add(TestVectors.row(batch.vectors(), i, column.dimension()));
          rows.valid.add(batch.valid().get(i));
        }
      }
    }
    return rows;
  }
}
