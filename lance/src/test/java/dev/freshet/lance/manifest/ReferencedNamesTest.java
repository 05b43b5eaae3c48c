package dev.freshet.lance.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.CountingFiles;
import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.TestVersions;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferencedNamesTest {

  private static final int ROWS = 20;
  private static final TestVectors VECTORS = TestVectors.clustered(ROWS, 8, 2, 3);

  @TempDir Path directory;

  private TestDataset dataset;
  private TestVersions lines;
  private CountingFiles files;

  @BeforeEach
  void createDataset() {
    dataset = TestDataset.of(directory.resolve("t"), VECTORS, 5);
    lines = new TestVersions(dataset);
    files = new CountingFiles(dataset.files());
  }

  @AfterEach
  void closeDataset() {
    dataset.close();
  }

  @Test
  void allThatLanceSaysOfAnyVersionIsThere() throws IOException {
    live(30);
    dataset.compact(50);
    live(3);
    Set<String> expected = new HashSet<>();
    try (DatasetHandle latest = dataset.open()) {
      expected.addAll(NamesByLance.ofAllVersions(latest.dataset()));
      expected.addAll(transactions());
      assertThat(ReferencedNames.of(latest, files, Set.of())).isEqualTo(expected);
    }
  }

  @Test
  void eachManifestIsReadOnceWhateverTheLine() throws IOException {
    live(3);
    DatasetLocation branch = lines.branch("of/somebody");
    live(12);
    for (int i = 0; i < 40; i++) {
      lines.commit(branch, Map.of("number", Integer.toString(i)));
    }
    long detached = lines.detach("x");
    names(Set.of());
    assertThat(files.reads().keySet()).isEqualTo(manifests()).anyMatch(this::isOfBranch);
    assertThat(files.reads().values()).containsOnly(1);
    assertThat(files.reads()).containsKey(path(detached));
  }

  @Test
  void whatOnlyIgnoredVersionsNameIsLeftOut() throws IOException {
    live(10);
    dataset.compact(1000);
    long detached = lines.detach("x");
    try (DatasetHandle latest = dataset.open()) {
      Set<Long> ignored = LongStream.range(1, latest.version()).boxed().collect(Collectors.toSet());
      ignored.add(detached);
      Set<String> expected = NamesByLance.of(latest.dataset());
      assertThat(names(ignored)).containsAll(expected).hasSize(expected.size() + 1);
      assertThat(files.reads()).hasSize(1).doesNotContainKey(path(detached));
    }
  }

  @Test
  void aManifestThatIsCutOffAnywhereIsAnError() throws IOException {
    live(40);
    Path manifest = directory.resolve("t").resolve(path(9));
    byte[] whole = Files.readAllBytes(manifest);
    for (int bytes : new int[] {0, 20, whole.length - 1}) {
      Files.write(manifest, Arrays.copyOf(whole, bytes));
      assertThatThrownBy(() -> names(Set.of()))
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("nothing is known to be garbage");
    }
  }

  /** Appends, rows and whole fragments that go, segments, and commits of no consequence. */
  private void live(int rounds) {
    for (int round = 0; round < rounds; round++) {
      dataset.append(VECTORS, 5);
      dataset.delete("id = " + (7 * round + 3));
      dataset.delete("id >= " + 15 * round + " and id < " + (15 * round + 5));
      if (round % 4 == 0) {
        publish();
      }
      lines.commit(dataset.location(), Map.of("round", Integer.toString(round)));
    }
  }

  private void publish() {
    int newest;
    try (DatasetHandle latest = dataset.open()) {
      newest = ManifestReader.live(latest).stream().max().orElseThrow();
    }
    TestSegments.publish(
        dataset,
        TestSegments.build(
            dataset,
            TestModels.of(VECTORS, IndexType.IVF_FLAT, Metric.L2, 2),
            Coverage.of(newest)));
  }

  private Set<String> names(Set<Long> ignored) {
    try (DatasetHandle latest = dataset.open()) {
      return ReferencedNames.of(latest, files, ignored);
    }
  }

  private Set<String> transactions() throws IOException {
    return files.list("_transactions").stream()
        .map(file -> StoredTransaction.uuid(file.name()).orElseThrow())
        .collect(Collectors.toSet());
  }

  private Set<String> manifests() throws IOException {
    Path root = directory.resolve("t");
    try (Stream<Path> all = Files.walk(root)) {
      return all.map(file -> root.relativize(file).toString())
          .filter(file -> file.endsWith(".manifest"))
          .collect(Collectors.toSet());
    }
  }

  private boolean isOfBranch(String path) {
    return path.startsWith("tree/of/somebody/_versions/");
  }

  private static String path(long version) {
    return version < 0
        ? "_versions/d" + Long.toUnsignedString(version) + ".manifest"
        : "_versions/" + Long.toUnsignedString(-1 - version) + ".manifest";
  }
}
