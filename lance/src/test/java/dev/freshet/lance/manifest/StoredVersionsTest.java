package dev.freshet.lance.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.TestVersions;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoredVersionsTest {

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "1.manifest, 1",
    "3080.manifest, 3080",
    "18446744073709551614.manifest, 1",
    "18446744073709548535.manifest, 3080"
  })
  void bothWaysToNameManifestsAreKnown(String name, long version) {
    assertThat(StoredVersions.number(name)).hasValue(version);
  }

  @ParameterizedTest
  @ValueSource(strings = {"d9223372036854775809.manifest", "latest_version_hint.json", ".manifest"})
  void otherFilesAreNoVersions(String name) {
    assertThat(StoredVersions.number(name)).isEmpty();
  }

  @Test
  void detachedVersionsAreNotOfTheMainLine() throws IOException {
    TestVectors vectors = TestVectors.clustered(10, 8, 2, 1);
    try (TestDataset dataset = TestDataset.of(directory.resolve("t"), vectors, 10)) {
      dataset.append(vectors, 10);
      new TestVersions(dataset).detach("x");
      assertThat(StoredVersions.list(dataset.files()).keySet()).containsExactly(1L, 2L);
    }
  }
}
