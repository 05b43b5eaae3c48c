package dev.freshet.bench.work;

import dev.freshet.bench.process.MeasuredCommand;
import dev.freshet.bench.process.Measurement;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * LanceDB for Node, of the version that package.json pins, installed by npm into a directory.
 *
 * @param directory with its packages and scripts
 */
record LanceDb(Path directory) {

  /** Set by Freshet's launcher for itself, not by a user of LanceDB. */
  private static final Set<String> FRESHETS_OWN =
      Set.of(
          "GLIBC_TUNABLES",
          "LANCE_DEFAULT_IO_BUFFER_SIZE",
          "LANCE_CPU_THREADS",
          "LANCE_FTS_FORMAT_VERSION",
          "LANCE_LOG");

  private static final String SCRIPT = "create-index.mjs";
  private static final List<String> FILES = List.of("package.json", "package-lock.json", SCRIPT);

  /**
   * Installs it, unless it is there.
   *
   * @throws IOException if there is no npm, or it fails
   */
  static LanceDb install(Path directory) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    for (String file : FILES) {
      try (InputStream content = LanceDb.class.getResourceAsStream("/lancedb/" + file)) {
        Files.write(directory.resolve(file), content.readAllBytes());
      }
    }
    if (!Files.exists(directory.resolve("node_modules/.package-lock.json"))) {
      MeasuredCommand.run(List.of("npm", "ci", "--no-audit", "--no-fund"), directory, 0);
    }
    return new LanceDb(directory);
  }

  /** Trains and builds an index of a whole dataset, in a process of its own. */
  Measurement createIndex(Path dataset, IndexShape index, long rows)
      throws IOException, InterruptedException {
    ProcessBuilder command =
        new ProcessBuilder(
            "node",
            SCRIPT,
            dataset.toString(),
            IndexShape.NAME,
            Integer.toString(index.partitions()),
            Integer.toString(index.subVectors().orElseThrow()));
    command.environment().keySet().removeAll(FRESHETS_OWN);
    return MeasuredCommand.run(command, directory, rows);
  }
}
