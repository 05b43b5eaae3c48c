package dev.freshet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The class path of {@code ./freshet bench}, which is not that of the tests. */
class LauncherITCase {

  private static final int PATIENCE_SECONDS = 60;

  @Test
  void everyWorkIsThere(@TempDir Path directory) throws Exception {
    Path output = directory.resolve("out");
    Process process =
        new ProcessBuilder("bash", "../freshet", "bench", "--work", "no-such-work")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(output))
        .contains("freshet bench: There is no work no-such-work, but whole-100k,")
        .contains("drift-runbook");
    assertThat(process.exitValue()).isEqualTo(1);
  }
}
