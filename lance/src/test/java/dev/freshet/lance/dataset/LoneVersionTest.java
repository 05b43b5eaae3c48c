package dev.freshet.lance.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.read.LiveRowIds;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.Session;

class LoneVersionTest {

  private static final long ARROW_BYTES = 1L << 20;

  @TempDir Path directory;

  /** A shared session cannot. */
  @Test
  void cachesMetadataWithStableRowIds() throws Exception {
    try (TestDataset dataset = dataset();
        LanceDatasets datasets = new LanceDatasets(ARROW_BYTES);
        DatasetHandle shared = datasets.open(dataset.location())) {
      LiveRowIds.of(shared, 0);
      try (DatasetHandle alone = LoneVersion.of(shared)) {
        LiveRowIds.of(alone, 0);
        assertThat(alone.dataset().session().sizeBytes())
            .isGreaterThan(shared.dataset().session().sizeBytes());
      }
    }
  }

  @Test
  void closesItsSession() throws Exception {
    try (TestDataset dataset = dataset();
        LanceDatasets datasets = new LanceDatasets(ARROW_BYTES);
        DatasetHandle shared = datasets.open(dataset.location())) {
      DatasetHandle alone = LoneVersion.of(shared);
      Session session = alone.dataset().session();
      alone.close();
      assertThat(session.isClosed()).isTrue();
      assertThat(shared.countRows()).isEqualTo(10);
    }
  }

  @Test
  void readsTheVersionOfItsHandleAlsoAfterAnOverwrite() throws Exception {
    try (TestDataset dataset = dataset();
        LanceDatasets datasets = new LanceDatasets(ARROW_BYTES)) {
      try (DatasetHandle before = datasets.open(dataset.location())) {
        assertThat(rowIds(before)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        dataset.overwrite(TestVectors.clustered(5, 8, 2, 1), 10);
        assertThat(rowIds(before)).hasSize(10);
      }
      try (DatasetHandle after = datasets.open(dataset.location())) {
        assertThat(rowIds(after)).containsExactly(10, 11, 12, 13, 14);
      }
    }
  }

  private static long[] rowIds(DatasetHandle handle) throws IOException {
    try (DatasetHandle alone = LoneVersion.of(handle)) {
      return LiveRowIds.of(alone, 0);
    }
  }

  private TestDataset dataset() {
    TestDataset dataset =
        TestDataset.create(directory.resolve("t"), VectorColumn.Element.FLOAT32, 8, true);
    dataset.append(TestVectors.clustered(10, 8, 2, 1), 10);
    return dataset;
  }
}
