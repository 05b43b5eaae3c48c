package dev.freshet.lance.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.TestVersions;
import dev.freshet.lance.read.LiveRowIds;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedSessionTest {

  private static final long ARROW_BYTES = 1L << 20;

  @TempDir Path directory;

  @Test
  void usersOfADatasetShareOneUntilTheLastHasGone() {
    try (TestDataset dataset = dataset()) {
      SharedSession first = SharedSession.acquire(dataset.location(), false);
      SharedSession second = SharedSession.acquire(dataset.location(), false);
      SharedSession elsewhere = SharedSession.acquire(DatasetLocation.of("elsewhere"), false);
      assertThat(second).isSameAs(first).isNotSameAs(elsewhere);
      elsewhere.release();
      first.release();
      assertThat(first.session().isClosed()).isFalse();
      second.release();
      assertThat(first.session().isClosed()).isTrue();
      SharedSession after = SharedSession.acquire(dataset.location(), false);
      assertThat(after).isNotSameAs(first);
      after.release();
    }
  }

  @Test
  void handlesFillIt() {
    try (TestDataset dataset = dataset()) {
      SharedSession session = SharedSession.acquire(dataset.location(), false);
      long empty = session.session().sizeBytes();
      try (LanceDatasets datasets = new LanceDatasets(ARROW_BYTES);
          DatasetHandle handle = datasets.open(dataset.location())) {
        assertThat(handle.countRows()).isEqualTo(10);
        assertThat(session.session().sizeBytes()).isGreaterThan(empty);
      }
      session.release();
    }
  }

  /** Lance would read the new fragment 0 under the ids of the old one. */
  @Test
  void stableRowIdsOfAnOverwrittenDatasetAreRead() throws Exception {
    try (TestDataset dataset =
        TestDataset.create(directory.resolve("t"), VectorColumn.Element.FLOAT32, 8, true)) {
      dataset.append(TestVectors.clustered(10, 8, 2, 1), 10);
      try (LanceDatasets datasets = new LanceDatasets(ARROW_BYTES)) {
        assertThat(rowIds(datasets, dataset)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        dataset.overwrite(TestVectors.clustered(5, 8, 2, 1), 10);
        assertThat(rowIds(datasets, dataset)).containsExactly(10, 11, 12, 13, 14);
      }
    }
  }

  private static long[] rowIds(LanceDatasets datasets, TestDataset dataset) throws IOException {
    try (DatasetHandle handle = datasets.open(dataset.location())) {
      return LiveRowIds.of(handle, 0);
    }
  }

  @Test
  void aLookAtADetachedVersionDoesNotCloseIt() {
    try (TestDataset dataset = dataset();
        LanceDatasets datasets = new LanceDatasets(ARROW_BYTES);
        DatasetHandle handle = datasets.open(dataset.location())) {
      long detached = new TestVersions(dataset).detach("x");
      DetachedVersion.read(handle, detached, seen -> assertThat(seen.countRows()).isEqualTo(10));
      SharedSession session = SharedSession.acquire(dataset.location(), false);
      assertThat(session.session().isClosed()).isFalse();
      session.release();
    }
  }

  /** Its caches would tell wrongly of another dataset at the same place. */
  @Test
  void theNextUserOfARemovedDatasetHasAnother() {
    try (TestDataset dataset = dataset();
        LanceDatasets remover = new LanceDatasets(ARROW_BYTES)) {
      SharedSession before = SharedSession.acquire(dataset.location(), false);
      remover.drop(dataset.location());
      SharedSession after = SharedSession.acquire(dataset.location(), false);
      assertThat(after).isNotSameAs(before);
      before.release();
      assertThat(SharedSession.acquire(dataset.location(), false)).isSameAs(after);
      after.release();
      after.release();
    }
  }

  private TestDataset dataset() {
    return TestDataset.of(directory.resolve("t"), TestVectors.clustered(10, 8, 2, 1), 10);
  }
}
