package dev.freshet.lance.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.Version;
import org.lance.cleanup.CleanupPolicy;

class FragmentHistoryTest {

  private static final TestVectors VECTORS = TestVectors.clustered(20, 8, 2, 3);

  @TempDir Path directory;

  @Test
  void aFragmentCameWithTheFirstVersionThatHasIt() {
    try (TestDataset dataset = dataset()) {
      for (int i = 1; i < 20; i++) {
        dataset.append(VECTORS, 20);
      }
      try (DatasetHandle handle = dataset.open()) {
        List<Instant> times = times(handle);
        for (int fragment = 0; fragment < 20; fragment++) {
          assertThat(FragmentHistory.committedAt(handle, fragment)).isEqualTo(times.get(fragment));
          for (int missing = 1; missing <= fragment; missing++) {
            assertThat(FragmentHistory.committedAt(handle, fragment, missing))
                .as("fragment %s is not in version %s", fragment, missing)
                .isEqualTo(times.get(fragment));
          }
        }
      }
    }
  }

  @Test
  void versionsThatAreGoneAreNotAsked() {
    try (TestDataset dataset = dataset()) {
      for (int i = 1; i < 6; i++) {
        dataset.append(VECTORS, 20);
      }
      try (DatasetHandle handle = dataset.open()) {
        handle.dataset().cleanupWithPolicy(CleanupPolicy.builder().withBeforeVersion(4L).build());
        List<Instant> times = times(handle);
        assertThat(times).hasSize(3);
        assertThat(FragmentHistory.committedAt(handle, 0)).isEqualTo(times.get(0));
        assertThat(FragmentHistory.committedAt(handle, 5)).isEqualTo(times.get(2));
      }
    }
  }

  @Test
  void aSegmentWasRemappedIfItsFragmentsCameWithIt() {
    try (TestDataset dataset = dataset()) {
      dataset.append(VECTORS, 20);
      TestSegments.publish(
          dataset,
          TestSegments.build(
              dataset,
              TestModels.of(VECTORS, IndexType.IVF_FLAT, Metric.L2, 2),
              Coverage.of(0, 1)));
      assertThat(wasRemapped(dataset)).isFalse();
      dataset.append(VECTORS, 20);
      assertThat(wasRemapped(dataset)).isFalse();
      dataset.compact(40);
      dataset.append(VECTORS, 20);
      assertThat(wasRemapped(dataset)).isTrue();
    }
  }

  private TestDataset dataset() {
    return TestDataset.of(directory.resolve("t"), VECTORS, 20);
  }

  private static boolean wasRemapped(TestDataset dataset) {
    try (DatasetHandle handle = dataset.open()) {
      CommittedSegment segment =
          ManifestReader.read(handle, TestSegments.INDEX).index().segments().get(0);
      return FragmentHistory.wasRemapped(handle, TestSegments.INDEX, segment);
    }
  }

  private static List<Instant> times(DatasetHandle handle) {
    List<Instant> times = new ArrayList<>();
    for (Version version : handle.dataset().listVersions()) {
      times.add(version.getDataTime().toInstant());
    }
    return times;
  }
}
