package dev.freshet.job.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one directory of a process's temporary files: native libraries, Flink's jars, working
 * directories and checkpoints. It goes when the process ends, also by a signal; what a killed
 * process has left goes when the next one starts.
 *
 * <p>A process holds a lock in its directory for as long as it lives. So nobody's directory is
 * removed who is alive, even in another container that shares the file system.
 */
final class TemporaryFiles {

  private static final Logger LOG = LoggerFactory.getLogger(TemporaryFiles.class);
  private static final String PREFIX = "freshet-tmp-";
  private static final String LOCK = "lock";
  private static final Duration ABOUT_TO_BEGIN = Duration.ofHours(1);
  private static final int ATTEMPTS = 20;
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Path directory;
  private final FileLock held; // until the process ends

  private TemporaryFiles(Path directory, FileLock held) {
    this.directory = directory;
    this.held = held;
  }

  /**
   * Has the temporary directory of this process removed when it ends, if it was made for it alone,
   * as its name says: the launcher makes one, as Java reads where it is before it runs anything.
   */
  static void removeAtTheEnd() {
    Path directory = Path.of(System.getProperty("java.io.tmpdir"));
    if (!directory.getFileName().toString().startsWith(PREFIX)) {
      return;
    }
    try {
      TemporaryFiles own = of(directory);
      removeLeft(directory.toAbsolutePath().getParent(), directory.toAbsolutePath());
      Runtime.getRuntime().addShutdownHook(new Thread(own::remove, "remove-temporary-files"));
    } catch (IOException e) {
      LOG.warn("Temporary files will be left in {}", directory, e);
    }
  }

  /** A directory of this process, locked. */
  static TemporaryFiles of(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    return new TemporaryFiles(directory, channel.lock());
  }

  /**
   * Removes the directories whose processes are gone.
   *
   * @param own of this process: to look at its lock would be to lose it
   */
  static void removeLeft(Path base, Path own) throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(base, PREFIX + "*")) {
      for (Path directory : left) {
        if (!directory.equals(own) && isLeft(directory)) {
          isRemoved(directory);
        }
      }
    }
  }

  /** Of one without a lock only after a while: its process may be about to make it. */
  private static boolean isLeft(Path directory) throws IOException {
    if (!Files.exists(directory.resolve(LOCK))) {
      Instant modified = Files.getLastModifiedTime(directory).toInstant();
      return modified.plus(ABOUT_TO_BEGIN).isBefore(Instant.now());
    }
    try (FileChannel channel = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock != null;
    } catch (IOException e) {
      return false; // gone, or of another user
    }
  }

  /**
   * Removes the directory. Flink may still write into it for a moment, so this tries again for two
   * seconds; what is left after that goes when the next process starts.
   */
  void remove() {
    try {
      for (int attempt = 1; attempt <= ATTEMPTS && !isRemoved(directory); attempt++) {
        Thread.sleep(PAUSE.toMillis());
      }
      held.channel().close();
    } catch (IOException e) {
      LOG.debug("Temporary files are left in {}", directory, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Removes all there is; the lock last, as what has none counts as one that begins. */
  private static boolean isRemoved(Path directory) throws IOException {
    Path lock = directory.resolve(LOCK);
    Files.walkFileTree(directory, new Removal(directory, lock));
    try (Stream<Path> left = Files.list(directory)) {
      if (left.anyMatch(path -> !path.equals(lock))) {
        return false;
      }
    }
    Files.deleteIfExists(lock);
    Files.deleteIfExists(directory);
    return true;
  }

  /** Removes what is in a directory, but for one file, and passes over what appears or goes. */
  private static final class Removal extends SimpleFileVisitor<Path> {

    private final Path top;
    private final Path spared;

    Removal(Path top, Path spared) {
      this.top = top;
      this.spared = spared;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (!file.equals(spared)) {
        Files.deleteIfExists(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
      try {
        if (!visited.equals(top)) {
          Files.deleteIfExists(visited);
        }
      } catch (DirectoryNotEmptyException filledAgain) {
        LOG.debug("Somebody still writes into {}", visited, filledAgain);
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
