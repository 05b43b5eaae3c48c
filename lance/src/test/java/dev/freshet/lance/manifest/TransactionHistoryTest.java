package dev.freshet.lance.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.TestVersions;
import dev.freshet.lance.commit.InsertedFragments;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.dataset.LocalDatasetFiles;
import dev.freshet.lance.dataset.MissingDatasetException;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.Transaction;

/** Transactions as they are stored, also those that abort the process if Lance is asked. */
class TransactionHistoryTest {

  private static final TestVectors VECTORS = TestVectors.clustered(400, 8, 2, 7);
  private static final Map<String, String> MARK = Map.of("mark", "é", "empty", "");

  @TempDir Path directory;

  private TestDataset dataset;
  private TestVersions lines;

  @BeforeEach
  void createDataset() {
    dataset = TestDataset.of(directory.resolve("t"), VECTORS, 100);
    lines = new TestVersions(dataset);
  }

  @AfterEach
  void closeDataset() {
    dataset.close();
  }

  @Test
  void saysWhatLanceSaysWhereLanceSaysIt() throws Exception {
    lines.commit(dataset.location(), MARK);
    dataset.append(VECTORS, 100);
    dataset.delete("id < 10");
    try (DatasetHandle handle = dataset.open()) {
      for (long version = 1; version <= handle.version(); version++) {
        try (DatasetHandle past = dataset.datasets().open(dataset.location(), version);
            Transaction lances = past.dataset().readTransaction().orElseThrow()) {
          ManifestFile ours = ManifestFile.of(past.location(), files(past), version);
          assertThat(ours.committedAt())
              .isEqualTo(past.dataset().getVersion().getDataTime().toInstant());
          assertThat(ours.transaction(files(past)).orElseThrow().properties())
              .isEqualTo(lances.transactionProperties().orElse(Map.of()));
          assertThat(ours.transaction(files(past)).orElseThrow().operation().name())
              .isEqualTo(
                  version == 1 ? lances.operation().name().toUpperCase(Locale.ROOT) : "OTHER");
        }
      }
    }
  }

  @Test
  void looksBackThroughTheBeginningOfABranch() {
    DatasetLocation branch = lines.branch("experiment");
    lines.commit(branch, MARK);
    assertFinds(branch, 2);
  }

  @Test
  void looksBackThroughTheBeginningOfAShallowClone() {
    DatasetLocation clone = lines.shallowClone("clone");
    lines.commit(clone, MARK);
    assertFinds(clone, 2);
  }

  @Test
  void looksBackThroughACompactionThatRemapped() {
    lines.commit(dataset.location(), MARK);
    TestSegments.publish(
        dataset,
        TestSegments.build(
            dataset,
            TestModels.of(VECTORS, IndexType.IVF_FLAT, Metric.L2, 2),
            Coverage.of(0, 1, 2, 3)));
    dataset.compact(400);
    assertFinds(dataset.location(), 2);
  }

  /** As older writers left them: the manifest names a file, and is named by its version. */
  @Test
  void readsATransactionThatIsAFileOfItsOwn() throws IOException {
    lines.commit(dataset.location(), MARK);
    for (Path manifest : manifests()) {
      String number = manifest.getFileName().toString().replace(".manifest", "");
      long version = -1 - Long.parseUnsignedLong(number);
      Files.write(manifest, withoutSection(Files.readAllBytes(manifest)));
      Files.move(manifest, manifest.resolveSibling(version + ".manifest"));
    }
    assertFinds(dataset.location(), 2);
  }

  @Test
  void aVersionThatIsGoneIsMissing() {
    lines.commit(dataset.location(), MARK);
    lines.forgetTheOld();
    try (DatasetHandle handle = dataset.open()) {
      assertThatThrownBy(
              () -> TransactionHistory.findBack(handle, files(handle), 0, entry -> false))
          .isInstanceOf(MissingDatasetException.class)
          .hasMessageContaining("No version 1 of the Lance dataset at ");
    }
  }

  @Test
  void aDamagedManifestIsOneLine() throws IOException {
    Path manifest = manifests().get(0);
    byte[] whole = Files.readAllBytes(manifest);
    try (DatasetHandle handle = dataset.open()) {
      for (int length = 0; length < whole.length; length++) {
        Files.write(manifest, Arrays.copyOf(whole, length));
        assertThatThrownBy(() -> ManifestFile.of(handle.location(), files(handle), 1))
            .isInstanceOf(DatasetException.class)
            .hasMessageStartingWith("Cannot open version 1 of the Lance dataset at ");
      }
    }
  }

  @Test
  void whatFollowsTheBeginningOfABranchIsInserted() {
    DatasetLocation branch = lines.branch("experiment");
    try (DatasetHandle handle = dataset.datasets().open(branch)) {
      assertThat(InsertedFragments.of(handle, files(handle), Set.of(0, 1)))
          .extracting(Fragment::id)
          .containsExactly(2, 3);
    }
  }

  private void assertFinds(DatasetLocation location, long version) {
    List<Long> seen = new ArrayList<>();
    try (DatasetHandle handle = dataset.datasets().open(location)) {
      assertThat(
              TransactionHistory.findBack(
                      handle,
                      files(handle),
                      0,
                      entry -> {
                        seen.add(entry.version());
                        return entry.properties().equals(MARK);
                      })
                  .map(TransactionHistory.Entry::version))
          .contains(version);
      assertThat(TransactionHistory.findBack(handle, files(handle), 0, entry -> false)).isEmpty();
      assertThat(seen).as("from the latest back").isSortedAccordingTo(Comparator.reverseOrder());
    }
  }

  private List<Path> manifests() throws IOException {
    try (var files = Files.list(dataset.path().resolve("_versions"))) {
      return files.filter(file -> file.toString().endsWith(".manifest")).toList();
    }
  }

  /** Gives the field a number that nobody knows: 21 becomes 29, both in two bytes. */
  private static byte[] withoutSection(byte[] manifest) {
    for (int i = manifest.length - 1; i > 0; i--) {
      if ((manifest[i - 1] & 0xFF) == (21 << 3 | 0x80) % 256 && manifest[i] == 21 >> 4) {
        manifest[i - 1] = (byte) (29 << 3 | 0x80);
        return manifest;
      }
    }
    throw new AssertionError("No transaction in the manifest");
  }

  private static LocalDatasetFiles files(DatasetHandle handle) {
    return new LocalDatasetFiles(Path.of(handle.location().uri()));
  }
}
