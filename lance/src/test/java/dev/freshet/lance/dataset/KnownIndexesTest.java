package dev.freshet.lance.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.TestVectors;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.index.Index;

class KnownIndexesTest {

  private static final TestVectors VECTORS = TestVectors.clustered(100, 8, 2, 1);

  @TempDir Path directory;

  @Test
  void allUsersOfAVersionAreGivenTheSameAndALaterOneHasItsOwn() throws Exception {
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), VECTORS, 50);
        LanceDatasets one = new LanceDatasets(1 << 20);
        LanceDatasets other = new LanceDatasets(1 << 20);
        DatasetHandle before = one.open(dataset.location())) {
      assertThat(before.indexes()).isEmpty();
      publish(dataset, 0);
      try (DatasetHandle first = one.open(dataset.location());
          DatasetHandle second = other.open(dataset.location())) {
        assertThat(first.indexes()).hasSize(1).isSameAs(second.indexes());
        assertThat(before.indexes()).isEmpty();
        publish(dataset, 1);
        try (DatasetHandle later = one.open(dataset.location())) {
          assertThat(later.indexes())
              .extracting(Index::uuid)
              .containsExactlyElementsOf(
                  later.dataset().getIndexes().stream().map(Index::uuid).toList())
              .hasSize(2);
        }
        assertThat(first.indexes()).hasSize(1);
      }
    }
  }

  /** A handle that a commit has moved on tells of the version where it is. */
  @Test
  void aHandleThatMovedOnHasOthers() throws Exception {
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), VECTORS, 50);
        LanceDatasets datasets = new LanceDatasets(1 << 20);
        DatasetHandle handle = datasets.open(dataset.location())) {
      assertThat(handle.indexes()).isEmpty();
      publish(dataset, 0);
      handle.dataset().checkoutLatest();
      assertThat(handle.indexes()).hasSize(1);
    }
  }

  private static void publish(TestDataset dataset, int fragment) throws Exception {
    TestSegments.publish(
        dataset,
        TestSegments.build(
            dataset,
            TestModels.of(VECTORS, IndexType.IVF_FLAT, Metric.L2, 2),
            Coverage.of(fragment)));
  }
}
