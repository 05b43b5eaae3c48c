package dev.freshet.vector.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LargeFileOutputTest {

  private static final int CACHED = LargeFileOutput.CACHED_BYTES;
  private static final long SEED = 5;

  private static final UUID SEGMENT = new UUID(1, 2);

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, CACHED - 1, CACHED, CACHED + 1, CACHED + (4 << 20), CACHED + (9 << 20) + 17})
  void writesWhatItIsGiven(int length) throws IOException {
    byte[] bytes = write(length);
    assertThat(Arrays.equals(Files.readAllBytes(file()), bytes)).as("seed %d", SEED).isTrue();
  }

  @Test
  void readsAnyRangeBehindTheCachedBeginning() throws IOException {
    byte[] bytes = write(CACHED + (5 << 20) + 12_345);
    assumeThat(UncachedFile.open(file(), StandardOpenOption.READ))
        .as("a file system that can be read past the cache")
        .isPresent();
    LargeFileReads reads = new LargeFileReads();
    assertThat(reads.read(file(), CACHED - 1, 1 << 20)).isEmpty();
    assertThat(reads.read(file(), CACHED, 1000)).isEmpty();
    int[][] ranges = {
      {CACHED, 1 << 20}, {CACHED + 17, 3_000_001}, {bytes.length - 1_234_567, 1_234_567}
    };
    for (int[] range : ranges) {
      byte[] read = reads.read(file(), range[0], range[1]).orElseThrow();
      assertThat(Arrays.equals(read, Arrays.copyOfRange(bytes, range[0], range[0] + range[1])))
          .as("from %d, seed %d", range[0], SEED)
          .isTrue();
    }
  }

  @Test
  void saysThatAFileEndsTooEarly() throws IOException {
    write(CACHED + (1 << 20));
    LocalIndexStorage storage = new LocalIndexStorage(directory.toString());
    Path segment = Files.createDirectories(directory.resolve("_indices/" + SEGMENT));
    Files.move(file(), segment.resolve("auxiliary.idx"));
    assertThatThrownBy(() -> storage.read(SEGMENT, "auxiliary.idx", CACHED, 2 << 20))
        .isInstanceOf(EOFException.class)
        .hasMessageContaining("ends before byte");
  }

  @Test
  void isClosedOnce() throws IOException {
    OutputStream out = new LargeFileOutput(file());
    out.write(new byte[CACHED + 17]);
    out.close();
    out.close();
    assertThat(file()).hasSize(CACHED + 17);
  }

  @Test
  void writesNoFileASecondTime() throws IOException {
    write(1);
    assertThatThrownBy(() -> write(1)).isInstanceOf(FileAlreadyExistsException.class);
  }

  private byte[] write(int length) throws IOException {
    Random random = new Random(SEED);
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    try (OutputStream out = new LargeFileOutput(file())) {
      for (int done = 0; done < length; ) {
        int some = Math.min(length - done, 1 + random.nextInt(3_000_000));
        out.write(bytes, done, some);
        done += some;
      }
    }
    return bytes;
  }

  private Path file() {
    return directory.resolve("file");
  }
}
