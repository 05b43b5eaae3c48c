package dev.freshet.job.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.job.lancedb.LanceDb;
import dev.freshet.job.lancedb.LanceDb.Version;
import dev.freshet.job.lancedb.LanceDbInstallation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Runs cells, prints a line for each, also to a report in {@code target/lancedb-matrix}, and sums
 * up.
 */
final class Matrix implements AutoCloseable {

  private final Path directory;
  private final Path report;
  private final Map<Version, LanceDb> lanceDbs;
  private final List<String> failed = new ArrayList<>();
  private int passed;
  private int refused;

  private Matrix(Path directory, Path report, Map<Version, LanceDb> lanceDbs) {
    this.directory = directory;
    this.report = report;
    this.lanceDbs = lanceDbs;
  }

  /**
   * Starts both LanceDBs.
   *
   * @param directory holds a database a cell, while that runs
   * @param name of the report
   */
  static Matrix open(Path directory, String name) throws Exception {
    Path installation = LanceDbInstallation.install();
    Map<Version, LanceDb> lanceDbs = new EnumMap<>(Version.class);
    for (Version version : Version.values()) {
      lanceDbs.put(version, LanceDb.start(installation, version));
    }
    Path report = installation.resolve(name + ".txt");
    Files.deleteIfExists(report);
    return new Matrix(directory, report, lanceDbs);
  }

  void run(List<Cell> cells) throws IOException {
    for (Cell cell : cells) {
      run(cell.toString(), database -> new CellTrial(lanceDbs, cell, database).run());
    }
  }

  void runNeighbours() throws IOException {
    for (Neighbour neighbour : Neighbour.values()) {
      run(
          "beside " + neighbour,
          database -> new NeighbourTrial(lanceDbs, neighbour, database).run());
    }
  }

  private void run(String cell, Function<Path, Outcome> trial) throws IOException {
    // in a place of its own: what this process remembers of a table is kept by its path
    Path database = Files.createTempDirectory(directory, "cell");
    long start = System.nanoTime();
    Outcome outcome = trial.apply(database);
    String line = cell + ": " + outcome.line();
    switch (outcome.verdict()) {
      case PASSED -> passed++;
      case REFUSED -> refused++;
      case FAILED -> failed.add(line);
    }
    print(String.format("%s (%.1f s)", line, (System.nanoTime() - start) / 1e9));
    delete(database);
  }

  private void print(String line) throws IOException {
    System.out.println(line);
    Files.writeString(report, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(Matrix::deleteOne);
    }
  }

  private static void deleteOne(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Prints the sum, and fails if a cell has. */
  void assertRight() throws IOException {
    print(String.format("%d passed, %d refused, %d failed", passed, refused, failed.size()));
    assertThat(failed).as("cells that failed").isEmpty();
    assertThat(passed).as("cells that passed").isPositive();
  }

  @Override
  public void close() throws IOException {
    for (LanceDb lanceDb : lanceDbs.values()) {
      lanceDb.close();
    }
  }
}
