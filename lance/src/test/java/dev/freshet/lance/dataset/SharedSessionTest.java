package dev.freshet.lance.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestVectors;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedSessionTest {

  private static final long ARROW_BYTES = 1L << 20;

  @TempDir Path directory;

  @Test
  void usersOfADatasetShareOneUntilTheLastHasGone() {
    try (TestDataset dataset = dataset()) {
      SharedSession first = SharedSession.acquire(dataset.location());
      SharedSession second = SharedSession.acquire(dataset.location());
      SharedSession elsewhere = SharedSession.acquire(DatasetLocation.of("elsewhere"));
      assertThat(second).isSameAs(first).isNotSameAs(elsewhere);
      elsewhere.release();
      first.release();
      assertThat(first.session().isClosed()).isFalse();
      second.release();
      assertThat(first.session().isClosed()).isTrue();
      SharedSession after = SharedSession.acquire(dataset.location());
      assertThat(after).isNotSameAs(first);
      after.release();
    }
  }

  @Test
  void handlesFillIt() {
    try (TestDataset dataset = dataset()) {
      SharedSession session = SharedSession.acquire(dataset.location());
      long empty = session.session().sizeBytes();
      try (LanceDatasets datasets = new LanceDatasets(ARROW_BYTES);
          DatasetHandle handle = datasets.open(dataset.location())) {
        assertThat(handle.countRows()).isEqualTo(10);
        assertThat(session.session().sizeBytes()).isGreaterThan(empty);
      }
      session.release();
    }
  }

  /** Its caches would tell wrongly of another dataset at the same place. */
  @Test
  void theNextUserOfARemovedDatasetHasAnother() {
    try (TestDataset dataset = dataset();
        LanceDatasets remover = new LanceDatasets(ARROW_BYTES)) {
      SharedSession before = SharedSession.acquire(dataset.location());
      remover.drop(dataset.location());
      SharedSession after = SharedSession.acquire(dataset.location());
      assertThat(after).isNotSameAs(before);
      before.release();
      assertThat(SharedSession.acquire(dataset.location())).isSameAs(after);
      after.release();
      after.release();
    }
  }

  private TestDataset dataset() {
    return TestDataset.of(directory.resolve("t"), TestVectors.clustered(10, 8, 2, 1), 10);
  }
}
