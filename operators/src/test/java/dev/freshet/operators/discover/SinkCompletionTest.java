package dev.freshet.operators.discover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.TestVersions;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.dataset.LocalDatasetFiles;
import dev.freshet.state.model.AppendToken;
import dev.freshet.state.model.SinkId;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lance aborts the process if it is asked for the transaction that these datasets begin with. */
class SinkCompletionTest {

  @TempDir Path directory;

  @Test
  void seesTheEndOnANewBranch() {
    assertSeesTheEnd(lines -> lines.branch("experiment"));
  }

  @Test
  void seesTheEndOnANewShallowClone() {
    assertSeesTheEnd(lines -> lines.shallowClone("clone"));
  }

  private void assertSeesTheEnd(Function<TestVersions, DatasetLocation> begin) {
    TestVectors vectors = TestVectors.clustered(100, 8, 2, 1);
    SinkId sink = SinkId.create();
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 100)) {
      TestVersions lines = new TestVersions(dataset);
      DatasetLocation location = begin.apply(lines);
      SinkCompletion end = new SinkCompletion(sink, files(location));
      assertThat(reached(end, dataset, location)).isFalse();
      lines.commit(location, new AppendToken(sink, UUID.randomUUID(), 1, false).properties());
      assertThat(reached(end, dataset, location)).isFalse();
      lines.commit(location, new AppendToken(sink, UUID.randomUUID(), 2, true).properties());
      assertThat(reached(end, dataset, location)).isTrue();
      assertThat(reached(new SinkCompletion(sink, files(location)), dataset, location)).isTrue();
      assertThat(reached(new SinkCompletion(SinkId.create(), files(location)), dataset, location))
          .as("of another sink")
          .isFalse();
    }
  }

  private static LocalDatasetFiles files(DatasetLocation location) {
    return new LocalDatasetFiles(Path.of(location.uri()));
  }

  private static boolean reached(
      SinkCompletion end, TestDataset dataset, DatasetLocation location) {
    try (DatasetHandle handle = dataset.datasets().open(location)) {
      return end.reached(handle);
    }
  }
}
