package dev.freshet.operators.lance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lance's call for the transaction of a branch: why Freshet reads transactions itself. */
class LanceTransactionAbortTest {

  private static final long SECONDS = 60;

  @TempDir Path directory;

  @Test
  void abortsTheProcess() throws Exception {
    Path output = directory.resolve("output.txt");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + directory.resolve("crash.log"),
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Reading.class.getName(),
                directory.resolve("t").toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(child.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
      String said = Files.readString(output);
      assertThat(said).contains("before the call").doesNotContain("after the call");
      assertThat(child.exitValue()).as(said).isNotIn(0, 1);
    } finally {
      child.destroyForcibly();
    }
  }

  /** The child: asks for the transaction that made a branch. */
  static final class Reading {

    private Reading() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) {
      TestVectors vectors = TestVectors.clustered(200, 8, 2, 1);
      try (TestDataset dataset = TestDataset.of(Path.of(arguments[0]), vectors, 100);
          DatasetHandle branch =
              dataset.datasets().open(new TestVersions(dataset).branch("experiment"))) {
        System.out.println("before the call");
        System.out.println("after the call: " + branch.dataset().readTransaction());
      }
    }
  }
}
