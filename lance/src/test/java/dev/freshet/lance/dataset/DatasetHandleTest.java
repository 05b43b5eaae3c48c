package dev.freshet.lance.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.dataset.VectorColumn.Element;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.ManifestVersion;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DatasetHandleTest {

  @TempDir Path directory;

  private final TestVectors vectors = TestVectors.clustered(250, 8, 2, 1);

  @Test
  void saysWhenThereIsNoDataset() {
    DatasetLocation nowhere = DatasetLocation.of(directory.resolve("none").toString());
    try (LanceDatasets datasets = new LanceDatasets(1 << 20)) {
      assertThatThrownBy(() -> datasets.open(nowhere))
          .isInstanceOf(DatasetException.class)
          .hasMessage(
              "No Lance dataset at "
                  + nowhere.uri()
                  + ": check the URI, or create one there first");
      assertThatThrownBy(() -> datasets.open(DatasetLocation.of("foo://bar/baz")))
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("No object store provider found for scheme: 'foo'")
          .message()
          .hasLineCount(1);
    }
  }

  @Test
  void saysWhenAVersionIsGone() {
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 100)) {
      assertThatThrownBy(() -> dataset.datasets().open(dataset.location(), 9))
          .isInstanceOf(DatasetException.class)
          .hasMessage(
              "No version 9 of the Lance dataset at "
                  + dataset.location().uri()
                  + ": it may have been cleaned up");
    }
  }

  @Test
  void seesNewVersionsAndOpensOldOnes() {
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 100);
        DatasetHandle first = dataset.open()) {
      assertThat(first.latestVersion()).isEqualTo(1);
      dataset.append(vectors, 100);
      assertThat(first.latestVersion()).isEqualTo(2);
      try (DatasetHandle old = dataset.datasets().open(dataset.location(), 1)) {
        assertThat(ManifestReader.read(old, "none").liveRows()).isEqualTo(250);
      }
    }
  }

  @Test
  void readsFragmentsWithTheirDeletedRows() {
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 100)) {
      dataset.delete("id < 130");
      try (DatasetHandle handle = dataset.open()) {
        ManifestVersion manifest = ManifestReader.read(handle, "none");

        assertThat(manifest.fragments())
            .usingRecursiveFieldByFieldElementComparatorIgnoringFields("fingerprint")
            .containsExactly(new Fragment(1, 100, 30), new Fragment(2, 50, 0));
        assertThat(manifest.fragments()).extracting(Fragment::fingerprint).doesNotHaveDuplicates();
        assertThat(manifest.version()).isEqualTo(2);
        assertThat(manifest.index().segments()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Element.class)
  void findsTheColumn(Element element) {
    try (TestDataset dataset = TestDataset.create(directory.resolve("t"), element, 8, false)) {
      dataset.append(vectors, 1000);
      try (DatasetHandle handle = dataset.open()) {
        assertThat(handle.column("vec")).isEqualTo(new VectorColumn("vec", 1, 8, element));
      }
    }
  }

  @Test
  void saysWhatIsWrongWithAColumn() {
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 1000);
        DatasetHandle handle = dataset.open()) {
      assertThatThrownBy(() -> handle.column("nope"))
          .isInstanceOf(DatasetException.class)
          .hasMessage("No column 'nope' in " + dataset.path() + ": it has id, vec");
      assertThatThrownBy(() -> handle.column("id"))
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("is int64: a vector index needs a fixed_size_list of float16");
    }
  }

  @Test
  void neverPrintsStorageOptions() {
    DatasetLocation location = new DatasetLocation("s3://a/b", Map.of("secret", "hunter2"));

    assertThat(location).hasToString("s3://a/b");
  }
}
