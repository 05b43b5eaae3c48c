package dev.freshet.operators.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.dataset.DatasetFiles.Entry;
import dev.freshet.operators.storage.RequestCounter.Kind;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over Flink's local file system, which is one of its file systems like any other. */
class ObjectDatasetFilesTest {

  @TempDir Path dataset;

  private final List<Kind> requests = new ArrayList<>();
  private ObjectDatasetFiles files;
  private Entry listed;

  @BeforeEach
  void list() throws IOException {
    files = new ObjectDatasetFiles(dataset.toUri().toString(), (kind, bytes) -> requests.add(kind));
    files.write("some/file", new byte[] {1, 2, 3});
    listed = files.list("some").get(0);
    requests.clear();
  }

  @Test
  void whatWasListedIsReadInOneRequest() throws IOException {
    assertThat(files.read(listed)).containsExactly(1, 2, 3);
    assertThat(requests).containsExactly(Kind.READ);
  }

  @Test
  void whatHasBecomeShorterIsReadAsItIs() throws IOException {
    Files.write(dataset.resolve("some/file"), new byte[] {4});
    assertThat(files.read(listed)).containsExactly(4);
  }

  @Test
  void whatIsGoneIsMissing() throws IOException {
    files.delete("some/file");
    assertThatThrownBy(() -> files.read(listed)).isInstanceOf(FileNotFoundException.class);
  }
}
