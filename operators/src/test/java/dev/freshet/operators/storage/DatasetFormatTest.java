package dev.freshet.operators.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.TestDataset;
import dev.freshet.lance.TestModels;
import dev.freshet.lance.TestSegments;
import dev.freshet.lance.TestVectors;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.format.FileFormat;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.SegmentWriter;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** New index files take the format that Lance gives its own in the same dataset. */
class DatasetFormatTest {

  private static final int ROWS = 300;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"2.0, V2_0", "2.1, V2_1", "stable, V2_1", "2.2, V2_2"})
  void isThatOfLancesOwnIndexFiles(String storageVersion, FileFormat format) throws IOException {
    try (TestDataset dataset = dataset(storageVersion)) {
      IndexStorage storage = storage();
      assertThat(storage.format()).isEqualTo(format);
      UUID ours = UUID.randomUUID();
      try (SegmentWriter writer = SegmentWriter.create(storage, ours, model())) {
        writer.finish();
      }
      UUID lances = TestSegments.build(dataset, model(), Coverage.of(0)).uuid();
      for (String file : List.of("index.idx", "auxiliary.idx")) {
        assertThat(version(ours, file)).as(file).isEqualTo(version(lances, file));
      }
    }
  }

  @Test
  void isTheOldestThatIsWrittenInALegacyDataset() throws IOException {
    try (TestDataset dataset = dataset("legacy")) {
      assertThat(dataset.path()).exists();
      assertThat(storage().format()).isEqualTo(FileFormat.V2_0);
    }
  }

  @Test
  void isReadFromTheNewestManifestHoweverItIsNamed() throws IOException {
    try (TestDataset dataset = dataset("2.2")) {
      Path versions = directory.resolve("t/_versions");
      Path newest;
      try (Stream<Path> files = Files.list(versions)) {
        newest =
            files.filter(file -> file.toString().endsWith(".manifest")).findAny().orElseThrow();
      }
      Files.writeString(versions.resolve("d9223372036854775809.manifest"), "detached");
      Files.writeString(versions.resolve("latest_version_hint.json"), "{}");
      assertThat(storage().format()).isEqualTo(FileFormat.V2_2);

      Files.move(newest, versions.resolve("10.manifest"));
      Files.writeString(versions.resolve("9.manifest"), "older");
      assertThat(storage().format()).isEqualTo(FileFormat.V2_2);
      assertThat(dataset.path()).exists();
    }
  }

  @Test
  void isOneThatAllKnowWhereThereIsNoManifest() throws IOException {
    assertThat(storage().format()).isEqualTo(FileFormat.V2_1);
  }

  @Test
  void isNotGuessedFromADamagedManifest() throws IOException {
    Path versions = Files.createDirectories(directory.resolve("t/_versions"));
    Files.writeString(versions.resolve("1.manifest"), "no manifest");
    assertThatThrownBy(() -> storage().format())
        .isInstanceOf(EOFException.class)
        .hasMessage("A manifest of 11 bytes is cut off");
  }

  private IndexStorage storage() {
    DatasetLocation location = DatasetLocation.of(directory.resolve("t").toString());
    return StorageAccess.indexStorage(location, RequestCounter.NONE);
  }

  private TestDataset dataset(String storageVersion) {
    return TestDataset.of(directory.resolve("t"), vectors(), ROWS, storageVersion);
  }

  private static TestVectors vectors() {
    return TestVectors.clustered(ROWS, 8, 4, 3);
  }

  private static IvfModel model() {
    return TestModels.of(vectors(), IndexType.IVF_FLAT, Metric.L2, 2);
  }

  /** The version in the footer of a file: major, minor. */
  private String version(UUID segment, String file) throws IOException {
    byte[] bytes = Files.readAllBytes(directory.resolve("t/_indices/" + segment + "/" + file));
    ByteBuffer footer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return footer.getShort(bytes.length - 8) + "." + footer.getShort(bytes.length - 6);
  }
}
