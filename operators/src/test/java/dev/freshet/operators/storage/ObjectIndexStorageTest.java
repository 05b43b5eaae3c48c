package dev.freshet.operators.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.operators.storage.RequestCounter.Kind;
import dev.freshet.vector.format.FormatSource;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over Flink's local file system, which is one of its file systems like any other. */
class ObjectIndexStorageTest {

  private static final long SEED = 5;
  private static final UUID SEGMENT = new UUID(1, 2);
  private static final String FILE = "auxiliary.idx";

  @TempDir Path dataset;

  private final Map<Kind, Integer> requests = new EnumMap<>(Kind.class);

  @Test
  void readsBackWhatWasWritten() throws IOException {
    byte[] bytes = bytes(3 * ObjectTails.TAIL_BYTES);
    write(storage(), bytes);
    ObjectIndexStorage reader = storage();
    SplittableRandom random = new SplittableRandom(SEED);
    assertThat(reader.length(SEGMENT, FILE)).isEqualTo(bytes.length);
    for (int i = 0; i < 50; i++) {
      int offset = random.nextInt(bytes.length);
      int length = random.nextInt(bytes.length - offset + 1);
      assertThat(reader.read(SEGMENT, FILE, offset, length))
          .as("read %d, seed %d", i, SEED)
          .isEqualTo(Arrays.copyOfRange(bytes, offset, offset + length));
    }
    assertThat(reader.size(SEGMENT)).isEqualTo(bytes.length);
    assertThat(reader.list()).containsExactly(SEGMENT);
  }

  @Test
  void aSmallFileIsReadInOneRequest() throws IOException {
    write(storage(), bytes(5000));
    requests.clear();
    ObjectIndexStorage reader = storage();
    for (int offset = 4900; offset >= 0; offset -= 100) {
      reader.length(SEGMENT, FILE);
      reader.read(SEGMENT, FILE, offset, 100);
    }
    assertThat(requests).containsOnly(Map.entry(Kind.STAT, 1), Map.entry(Kind.READ, 1));
  }

  @Test
  void whatIsNotThereIsSaidSo() throws IOException {
    assertThatThrownBy(() -> storage().length(SEGMENT, FILE))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining(FILE);
    assertThatThrownBy(() -> storage().read(SEGMENT, FILE, 0, 1))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining(FILE);
    assertThat(storage().size(SEGMENT)).isZero();
    assertThat(storage().list()).isEmpty();
    storage().delete(SEGMENT);
    write(storage(), bytes(10));
    assertThatThrownBy(() -> storage().read(SEGMENT, FILE, 5, 10))
        .isInstanceOf(EOFException.class)
        .hasMessageEndingWith("ends before byte 15");
  }

  @Test
  void aSegmentIsWrittenOnce() throws IOException {
    write(storage(), bytes(10));
    assertThatThrownBy(() -> storage().create(SEGMENT, FILE))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageEndingWith("a segment is written once, take a fresh uuid");
    assertThat(storage().read(SEGMENT, FILE, 0, 10)).isEqualTo(bytes(10));
  }

  @Test
  void aDeletedSegmentIsForgotten() throws IOException {
    ObjectIndexStorage storage = storage();
    write(storage, bytes(10));
    storage.length(SEGMENT, FILE);
    storage.delete(SEGMENT);
    assertThat(dataset.resolve("_indices/" + SEGMENT)).doesNotExist();
    assertThatThrownBy(() -> storage.length(SEGMENT, FILE))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining(FILE);
  }

  @Test
  void otherFilesOfADatasetAreRemoved() throws IOException {
    Path file = Files.createDirectories(dataset.resolve("_versions")).resolve("d1.manifest");
    Files.writeString(file, "x");
    ObjectDatasetFiles files = new ObjectDatasetFiles(dataset.toUri().toString(), this::count);
    files.delete("_versions/d1.manifest");
    files.delete("_versions/d1.manifest");
    assertThat(file).doesNotExist();
    assertThat(requests).containsOnly(Map.entry(Kind.DELETE, 2));
  }

  private ObjectIndexStorage storage() {
    return new ObjectIndexStorage(
        dataset.toUri().toString(), Map.of(), FormatSource.DEFAULT, this::count);
  }

  private void count(Kind kind, long bytes) {
    requests.merge(kind, 1, Integer::sum);
  }

  private static void write(ObjectIndexStorage storage, byte[] bytes) throws IOException {
    try (OutputStream out = storage.create(SEGMENT, FILE)) {
      out.write(bytes);
    }
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) random.nextInt();
    }
    return bytes;
  }
}
