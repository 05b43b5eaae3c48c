package dev.freshet.job.lancedb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/** Both versions of LanceDB, installed once for a build directory; npm's own cache serves more. */
public final class LanceDbInstallation {

  static final String SCRIPT = "acts.mjs";

  private static final Path DIRECTORY = Path.of("target", "lancedb-matrix");
  private static final List<String> FILES = List.of("package.json", "package-lock.json", SCRIPT);

  private LanceDbInstallation() {}

  /** Whether this machine has what it takes: npm has the newest natives for it. */
  public static boolean isPossible() throws InterruptedException {
    return System.getProperty("os.name").equals("Linux")
        && System.getProperty("os.arch").equals("amd64")
        && isThere("npm")
        && isThere("node");
  }

  /**
   * Installs what is not there yet; the answer is the directory. Tests in other processes wait
   * meanwhile.
   */
  @SuppressWarnings("try") // the lock is only held
  public static Path install() throws Exception {
    Files.createDirectories(DIRECTORY);
    try (FileChannel lock =
            FileChannel.open(
                DIRECTORY.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = lock.lock()) {
      installMissing();
    }
    return DIRECTORY;
  }

  private static void installMissing() throws Exception {
    boolean same = true;
    for (String file : FILES) {
      Path target = DIRECTORY.resolve(file);
      try (InputStream content =
          LanceDbInstallation.class.getResourceAsStream("/lancedb-matrix/" + file)) {
        byte[] bytes = content.readAllBytes();
        if (!holds(target, bytes)) {
          Files.write(target, bytes);
          same &= file.equals(SCRIPT);
        }
      }
    }
    if (!same || !Files.exists(DIRECTORY.resolve("node_modules/.package-lock.json"))) {
      run("npm", "ci", "--prefer-offline", "--no-audit", "--no-fund");
    }
  }

  private static boolean holds(Path file, byte[] bytes) throws IOException {
    return Files.exists(file) && Arrays.equals(Files.readAllBytes(file), bytes);
  }

  private static boolean isThere(String command) throws InterruptedException {
    try {
      return start(Path.of("."), command, "--version").waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static void run(String... command) throws Exception {
    Process process = start(DIRECTORY, command);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
  }

  private static Process start(Path directory, String... command) throws IOException {
    return new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .start();
  }
}
