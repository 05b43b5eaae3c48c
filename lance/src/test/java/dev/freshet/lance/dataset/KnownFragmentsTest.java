package dev.freshet.lance.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.dataset.VectorColumn.Element;
import dev.freshet.state.model.Coverage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lance.Fragment;
import org.lance.FragmentMetadata;

class KnownFragmentsTest {

  private static final long ARROW_BYTES = 1L << 20;
  private static final TestVectors VECTORS = TestVectors.clustered(1_000, 8, 2, 1);

  @TempDir Path directory;

  @Test
  void allUsersOfAVersionAreGivenTheSame() {
    try (TestDataset dataset = dataset();
        LanceDatasets one = new LanceDatasets(ARROW_BYTES);
        LanceDatasets other = new LanceDatasets(ARROW_BYTES);
        DatasetHandle first = one.open(dataset.location());
        DatasetHandle second = other.open(dataset.location())) {
      assertThat(second.fragments()).isSameAs(first.fragments());
      assertThat(ids(first.fragments())).isEqualTo(asLanceHasThem(first));
    }
  }

  @Test
  void aLaterVersionHasItsOwn() {
    try (TestDataset dataset = dataset();
        LanceDatasets datasets = new LanceDatasets(ARROW_BYTES);
        DatasetHandle before = datasets.open(dataset.location())) {
      int fragments = before.fragments().size();
      dataset.delete("id < 5");
      dataset.append(VECTORS, 500);
      try (DatasetHandle after = datasets.open(dataset.location())) {
        assertThat(after.fragments()).hasSize(fragments + 2);
        assertThat(after.fragments().get(0).getDeletionFile()).isNotNull();
        assertThat(ids(after.fragments())).isEqualTo(asLanceHasThem(after));
      }
      assertThat(before.fragments()).hasSize(fragments);
    }
  }

  /** Each kind of change must show in what is given, and what has not changed must be the same. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void onlyWhatDiffersIsAskedForAgain(boolean stableRowIds) {
    try (TestDataset dataset =
            TestDataset.create(directory.resolve("t"), Element.FLOAT32, 8, stableRowIds);
        LanceDatasets datasets = new LanceDatasets(ARROW_BYTES)) {
      dataset.append(VECTORS, 10);
      List<Runnable> changes =
          List.of(
              () -> dataset.append(VECTORS, 500),
              () -> dataset.delete("id < 25"),
              () -> dataset.delete("id % 50 = 3"),
              () -> dataset.merge(200, TestVectors.clustered(30, 8, 2, 3)),
              () -> dataset.delete("id >= 300 AND id < 320"),
              () -> dataset.updateInPlace(40, 400, TestVectors.clustered(5, 8, 2, 5)),
              () -> dataset.compact(20),
              () -> dataset.overwrite(VECTORS, 100),
              () -> dataset.append(VECTORS, 100));
      List<FragmentMetadata> before = fragments(datasets, dataset);
      int same = 0;
      for (Runnable change : changes) {
        change.run();
        try (DatasetHandle handle = datasets.open(dataset.location())) {
          List<FragmentMetadata> after = handle.fragments();
          assertThat(after)
              .isEqualTo(handle.dataset().getFragments().stream().map(Fragment::metadata).toList());
          Set<FragmentMetadata> kept = Collections.newSetFromMap(new IdentityHashMap<>());
          kept.addAll(before);
          same += (int) after.stream().filter(kept::contains).count();
          before = after;
        }
      }
      assertThat(same).as("not read again").isGreaterThan(300);
    }
  }

  private static List<FragmentMetadata> fragments(LanceDatasets datasets, TestDataset dataset) {
    try (DatasetHandle handle = datasets.open(dataset.location())) {
      return handle.fragments();
    }
  }

  /** Its versions have the same numbers. */
  @Test
  void soHasAnotherDatasetAtTheSamePlace() throws IOException {
    try (LanceDatasets datasets = new LanceDatasets(ARROW_BYTES);
        TestDataset dataset = dataset()) {
      List<FragmentMetadata> before;
      long version;
      try (DatasetHandle handle = datasets.open(dataset.location())) {
        before = handle.fragments();
        version = handle.version();
      }
      Files.move(directory.resolve("t"), directory.resolve("away"));
      try (TestDataset another = dataset();
          DatasetHandle handle = datasets.open(another.location())) {
        assertThat(handle.version()).isEqualTo(version);
        assertThat(handle.fragments().get(0).getFiles().get(0).getPath())
            .isNotEqualTo(before.get(0).getFiles().get(0).getPath());
      }
    }
  }

  @Test
  void someOfThemAreThoseThatAreThere() {
    try (TestDataset dataset = dataset();
        LanceDatasets datasets = new LanceDatasets(ARROW_BYTES);
        DatasetHandle handle = datasets.open(dataset.location())) {
      assertThat(ids(handle.fragments(Coverage.of(7, 3, 5_000)))).containsExactly(3, 7);
      Coverage many = Coverage.of(asLanceHasThem(handle)).minus(Coverage.of(4));
      assertThat(ids(handle.fragments(many))).isEqualTo(many.toList());
      assertThat(handle.fragment(5_000)).isEmpty();
    }
  }

  private TestDataset dataset() {
    return TestDataset.of(directory.resolve("t"), VECTORS, 10);
  }

  private static List<Integer> ids(List<FragmentMetadata> fragments) {
    return fragments.stream().map(FragmentMetadata::getId).toList();
  }

  private static List<Integer> asLanceHasThem(DatasetHandle handle) {
    return handle.dataset().getFragments().stream().map(Fragment::getId).toList();
  }
}
