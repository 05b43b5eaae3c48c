package dev.freshet.job.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
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
          remove(directory);
        }
      }
    }
  }

  /** Not of one without a lock: its process may be about to make it. */
  private static boolean isLeft(Path directory) {
    try (FileChannel channel = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock != null;
    } catch (IOException e) {
      return false; // gone, or of another user
    }
  }

  /** Removes the directory; others may still write into it for a moment. */
  void remove() {
    try {
      remove(directory);
      remove(directory);
      held.channel().close();
    } catch (IOException e) {
      LOG.debug("Temporary files are left in {}", directory, e);
    }
  }

  private static void remove(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
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
          public FileVisitResult postVisitDirectory(Path visited, IOException e)
              throws IOException {
            Files.deleteIfExists(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
