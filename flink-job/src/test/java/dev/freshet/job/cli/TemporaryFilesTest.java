package dev.freshet.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFilesTest {

  @TempDir Path base;

  /** Makes a file and waits to be ended. */
  public static final class Waiting {
    private Waiting() {}

    public static void main(String[] arguments) throws Exception {
      TemporaryFiles.removeAtTheEnd();
      Files.write(Files.createTempDirectory("some").resolve("file"), new byte[10]);
      System.out.println("ready");
      Thread.sleep(60_000);
    }
  }

  @Test
  void whatIsMadeGoesWhenTheProcessIsAskedToEnd() throws Exception {
    Process process = start("ended");
    assertThat(entries()).hasSize(1);
    process.destroy();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(entries()).isEmpty();
  }

  @Test
  void whatAKilledProcessLeavesGoesWithTheNextOne() throws Exception {
    Process killed = start("killed");
    Process living = start("living");
    killed.destroyForcibly().waitFor();
    assertThat(entries()).hasSize(2);
    Files.createDirectory(base.resolve("freshet-tmp-without-lock"));
    Files.createDirectory(base.resolve("of-another"));
    TemporaryFiles.removeLeft(base, base.resolve("none"));
    assertThat(entries()).hasSize(3);
    assertThat(entries()).contains("freshet-tmp-living").doesNotContain("freshet-tmp-killed");
    living.destroy();
    assertThat(living.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  /** As Flink does until the process is gone. */
  @Test
  void whatIsWrittenMeanwhileGoesToo() throws Exception {
    Path directory = Files.createDirectory(base.resolve("freshet-tmp-x"));
    TemporaryFiles own = TemporaryFiles.of(directory);
    Thread writer =
        new Thread(
            () -> {
              for (int i = 0; i < 300; i++) {
                try {
                  Path deep = Files.createDirectories(directory.resolve("a/b" + i % 7));
                  Files.write(deep.resolve("file" + i), new byte[10]);
                  Thread.sleep(1);
                } catch (IOException e) {
                  continue; // it was removed in that moment
                } catch (InterruptedException e) {
                  return;
                }
              }
            });
    writer.start();
    own.remove();
    writer.join();
    if (Files.exists(directory)) { // it was made again, without a lock
      Files.setLastModifiedTime(directory, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    }
    TemporaryFiles.removeLeft(base, base.resolve("none"));
    assertThat(entries()).isEmpty();
  }

  @Test
  void ourOwnStays() throws Exception {
    Path directory = Files.createDirectory(base.resolve("freshet-tmp-x"));
    TemporaryFiles own = TemporaryFiles.of(directory);
    TemporaryFiles.removeLeft(base, directory);
    assertThat(directory).exists();
    own.remove();
    assertThat(entries()).isEmpty();
  }

  private Process start(String name) throws IOException {
    Path directory = Files.createDirectory(base.resolve("freshet-tmp-" + name));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + directory,
                "-cp",
                System.getProperty("java.class.path"),
                Waiting.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("ready");
    return process;
  }

  private List<String> entries() throws IOException {
    try (Stream<Path> entries = Files.list(base)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
