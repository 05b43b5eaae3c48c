package dev.freshet.vector.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackgroundOutputTest {

  private static final long SEED = 5;

  @Test
  void writesEverythingInOrder() throws IOException {
    byte[] bytes = new byte[9_000_001];
    Random random = new Random(SEED);
    random.nextBytes(bytes);
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    try (OutputStream out = new BackgroundOutput(target)) {
      for (int done = 0; done < bytes.length; ) {
        int some = Math.min(bytes.length - done, 1 + random.nextInt(3_000_000));
        out.write(bytes, done, some);
        done += some;
      }
    }
    assertThat(target.toByteArray()).as("seed %d", SEED).isEqualTo(bytes);
  }

  @Test
  void aFailedWriteIsReportedAndTheTargetClosed() throws IOException {
    FullDisk disk = new FullDisk();
    OutputStream out = new BackgroundOutput(disk);
    assertThatThrownBy(
            () -> {
              try (out) {
                for (int i = 0; i < 20; i++) {
                  out.write(new byte[1 << 20]);
                }
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessage("A segment file cannot be written")
        .hasRootCauseMessage("No space left on device");
    assertThat(disk.closed).isTrue();
  }

  private static final class FullDisk extends OutputStream {
    private boolean closed;

    @Override
    public void write(int value) throws IOException {
      throw new IOException("No space left on device");
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
