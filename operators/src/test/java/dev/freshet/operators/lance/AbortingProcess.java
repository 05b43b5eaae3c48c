package dev.freshet.operators.lance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A Java process of its own for a call of Lance that ends the process. */
final class AbortingProcess {

  /** What the process says before the call. */
  static final String BEFORE = "before the call";

  /** What it says after the call, if it still can. */
  static final String AFTER = "after the call";

  private static final long SECONDS = 60;

  private AbortingProcess() {}

  /**
   * Asserts that the call ends the process, and not by an exception.
   *
   * @param main says {@link #BEFORE} and {@link #AFTER}; its argument is where a dataset may be
   *     made
   */
  static void assertAborts(Class<?> main, Path directory) throws Exception {
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
                main.getName(),
                directory.resolve("t").toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(child.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
      String said = Files.readString(output);
      assertThat(said).contains(BEFORE).doesNotContain(AFTER);
      assertThat(child.exitValue()).as(said).isNotIn(0, 1);
    } finally {
      child.destroyForcibly();
    }
  }
}
