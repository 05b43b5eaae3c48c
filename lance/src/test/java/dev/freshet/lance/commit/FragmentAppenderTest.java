package dev.freshet.lance.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.read.SelectedRows;
import dev.freshet.lance.write.WrittenFragments;
import dev.freshet.state.model.CommitOutcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.Fragment;
import org.lance.WriteParams;

class FragmentAppenderTest {

  private static final int ROWS = 50;

  @TempDir Path directory;

  @Test
  void rowsOfADroppedColumnAreRefused() {
    TestVectors vectors = TestVectors.clustered(ROWS, 4, 2, 3);
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, ROWS)) {
      WrittenFragments written = write(dataset);
      Field column;
      try (DatasetHandle handle = dataset.open()) {
        column = handle.dataset().getSchema().findField(TestDataset.COLUMN);
        handle.dataset().dropColumns(List.of(TestDataset.COLUMN));
        handle.dataset().addColumns(new Schema(List.of(column)));
      }
      try (DatasetHandle handle = dataset.open()) {
        assertThatThrownBy(
                () -> FragmentAppender.append(handle, dataset.files(), written, Map.of()))
            .isInstanceOf(DroppedColumnException.class)
            .hasMessageContaining("were dropped from it since");
        assertThat(handle.dataset().latestVersion()).isEqualTo(handle.version());
      }
    }
  }

  @Test
  void rowsAreAppendedBesideAColumnThatWasAddedSince() {
    TestVectors vectors = TestVectors.clustered(ROWS, 4, 2, 3);
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, ROWS)) {
      WrittenFragments written = write(dataset);
      try (DatasetHandle handle = dataset.open()) {
        handle
            .dataset()
            .addColumns(new Schema(List.of(Field.nullable("more", new ArrowType.Int(32, true)))));
      }
      try (DatasetHandle handle = dataset.open()) {
        assertThat(
                FragmentReplacer.replace(
                    handle, dataset.files(), SelectedRows.none(), written, Map.of()))
            .isInstanceOf(CommitOutcome.Committed.class);
      }
      try (DatasetHandle handle = dataset.open()) {
        assertThat(handle.dataset().countRows()).isEqualTo(2L * ROWS);
      }
    }
  }

  /** Rows with an id and no vector. */
  private static WrittenFragments write(TestDataset dataset) {
    try (BufferAllocator allocator = new RootAllocator();
        DatasetHandle handle = dataset.open();
        VectorSchemaRoot rows = VectorSchemaRoot.create(handle.dataset().getSchema(), allocator)) {
      BigIntVector ids = (BigIntVector) rows.getVector("id");
      rows.allocateNew();
      for (int row = 0; row < ROWS; row++) {
        ids.setSafe(row, ROWS + row);
      }
      rows.setRowCount(ROWS);
      return new WrittenFragments(
          Fragment.write()
              .datasetUri(handle.dataset().uri())
              .allocator(allocator)
              .data(rows)
              .writeParams(new WriteParams.Builder().withDataStorageVersion("2.1").build())
              .execute());
    }
  }
}
