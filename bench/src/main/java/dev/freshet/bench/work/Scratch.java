package dev.freshet.bench.work;

import dev.freshet.bench.process.Directories;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The files of one work: its dataset, and copies for the runs. A copy is made of hard links, as no
 * file of a dataset is ever changed, so it costs nothing and its pages are cached as well.
 */
final class Scratch {

  /** LanceDB finds tables by this ending. */
  private static final String RUN = "run.lance";

  private static final String COPY_OF_RUN = "copy.lance";

  private final Path directory;

  Scratch(Path directory, String work) {
    this.directory = directory.resolve(work);
  }

  Path directory() {
    return directory;
  }

  Path dataset() {
    return directory.resolve("dataset");
  }

  /** An empty directory for the checkpoints of a run. */
  Path checkpoints() throws IOException {
    return empty("checkpoints");
  }

  /** Whether the dataset is there, made for the same work of the same size. */
  boolean holds(Work work) throws IOException {
    return Files.exists(made()) && Files.readString(made()).equals(work.description());
  }

  /** Forgets everything of this work. */
  void clear() throws IOException {
    Directories.delete(directory);
    Files.createDirectories(directory);
  }

  /** The dataset is complete, and may serve later runs. */
  void made(Work work) throws IOException {
    Files.writeString(made(), work.description());
  }

  private Path made() {
    return directory.resolve("made");
  }

  /** The files of the small job that warms a cluster up for this work. */
  Scratch warmUp() {
    return new Scratch(directory, "warm-up");
  }

  /** Where the copy of a run is. */
  Path run() {
    return directory.resolve(RUN);
  }

  /** A copy of the dataset as it was made, in the place of an earlier copy. */
  Path copy() throws IOException {
    return copy(dataset(), RUN);
  }

  /** A copy of the run's copy as it is now, in the place of an earlier one. */
  Path copyOfRun() throws IOException {
    return copy(run(), COPY_OF_RUN);
  }

  private Path copy(Path from, String to) throws IOException {
    Path copy = empty(to);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = copy.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.createLink(target, file);
        }
      }
    }
    return copy;
  }

  /**
   * Reads the copy of a run through, as hosts take pages that nobody used for a while out of the
   * cache, and a disk is not what is measured.
   */
  void cache() throws IOException {
    try (Stream<Path> files = Files.walk(run())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, OutputStream.nullOutputStream());
      }
    }
  }

  private Path empty(String name) throws IOException {
    Path path = directory.resolve(name);
    Directories.delete(path);
    return Files.createDirectories(path);
  }
}
