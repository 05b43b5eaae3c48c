package dev.freshet.operators.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.operators.storage.ObjectIndexStorage;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.vector.format.IndexStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorageAccessTest {

  @TempDir Path directory;

  @Test
  void pathsAndFileUrisNameTheSamePlace() throws IOException {
    Files.createDirectories(directory.resolve("_transactions"));
    for (String uri : new String[] {directory.toString(), directory.toUri().toString()}) {
      Path file = Files.writeString(directory.resolve("_transactions/1.txn"), "x");
      DatasetLocation location = DatasetLocation.of(uri);
      StorageAccess.datasetFiles(location, RequestCounter.NONE).delete("_transactions/1.txn");
      assertThat(file).as(uri).doesNotExist();
      assertThat(StorageAccess.indexStorage(location, RequestCounter.NONE).datasetUri())
          .isEqualTo(uri);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gs://bucket/t", "memory://t"})
  void otherStoresAreRefused(String uri) {
    DatasetLocation location = DatasetLocation.of(uri);
    String message =
        "Dataset " + uri + " is in a store that is not supported: use a path, file:// or s3://";
    assertThatThrownBy(() -> StorageAccess.indexStorage(location, RequestCounter.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> StorageAccess.requireWritable(location))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void s3IsReachedThroughFlink() {
    DatasetLocation location =
        new DatasetLocation("s3://bucket/t", Map.of("aws_secret_access_key", "hunter2"));
    IndexStorage storage = StorageAccess.indexStorage(location, RequestCounter.NONE);
    UUID segment = new UUID(1, 2);
    assertThat(storage).isInstanceOf(ObjectIndexStorage.class);
    assertThat(storage.toString()).doesNotContain("hunter2");
    assertThat(storage.location(segment, "index.idx"))
        .isEqualTo("s3://bucket/t/_indices/" + segment + "/index.idx");
    assertThatCode(() -> StorageAccess.requireWritable(location)).doesNotThrowAnyException();
  }

  @Test
  void whatIsNotThereIsNoMatterOfPermission() {
    DatasetLocation none = DatasetLocation.of(directory.resolve("none").toString());
    assertThatCode(() -> StorageAccess.requireWritable(none)).doesNotThrowAnyException();
    assertThat(directory.resolve("none")).doesNotExist();
  }

  @Test
  void aDirectoryWithoutPermissionIsRefused() throws IOException {
    assertThatCode(() -> StorageAccess.requireWritable(DatasetLocation.of(directory.toString())))
        .doesNotThrowAnyException();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      assumeThat(Files.isWritable(directory)).as("root may write anywhere").isFalse();
      assertThatThrownBy(
              () -> StorageAccess.requireWritable(DatasetLocation.of(directory.toString())))
          .isInstanceOf(DatasetException.class)
          .hasMessage(
              "No permission to write to " + directory + ": an index lives inside the dataset");
    } finally {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }
}
