package dev.freshet.lance.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.lance.CountingFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParallelReadsTest {

  private static final int FILES = 300;

  @TempDir Path directory;

  private CountingFiles files;
  private List<DatasetFiles.Entry> listed;

  @BeforeEach
  void write() throws IOException {
    files = new CountingFiles(new LocalDatasetFiles(directory));
    for (int i = 0; i < FILES; i++) {
      files.write("many/" + i, new byte[] {(byte) i, (byte) (i >> 8)});
    }
    listed = files.list("many");
  }

  @Test
  void eachIsReadOnceAndThoseThatAreGoneAreLeftOut() throws IOException {
    Files.delete(directory.resolve("many/7"));
    Map<String, Integer> seen = new ConcurrentHashMap<>();
    ParallelReads.read(
        files,
        listed,
        () -> (file, bytes) -> seen.put(file.name(), bytes[0] & 0xFF | (bytes[1] & 0xFF) << 8));
    assertThat(seen).hasSize(FILES - 1).doesNotContainKey("7");
    seen.forEach((name, content) -> assertThat(content).hasToString(name));
    assertThat(files.reads()).hasSize(FILES);
    assertThat(files.reads().values()).containsOnly(1);
  }

  @Test
  void aFailureIsTold() {
    assertThatThrownBy(
            () ->
                ParallelReads.read(
                    files,
                    listed,
                    () ->
                        (file, bytes) -> {
                          if (bytes[0] == 5) {
                            throw new IOException("malformed");
                          }
                        }))
        .isInstanceOf(IOException.class)
        .hasMessage("malformed");
    assertThatThrownBy(
            () ->
                ParallelReads.read(
                    files,
                    listed,
                    () ->
                        (file, bytes) -> {
                          throw new IllegalStateException("wrong");
                        }))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void largeFilesAreReadByFewThreads() {
    assertThat(ParallelReads.threads(sized(1000, 1000))).isEqualTo(8);
    assertThat(ParallelReads.threads(sized(1000, 8 << 20))).isEqualTo(4);
    assertThat(ParallelReads.threads(sized(1000, 1L << 30))).isEqualTo(1);
    assertThat(ParallelReads.threads(sized(3, 1000))).isEqualTo(1);
  }

  private static List<DatasetFiles.Entry> sized(int count, long bytes) {
    return Collections.nCopies(count, new DatasetFiles.Entry("x", false, bytes, Instant.EPOCH));
  }
}
