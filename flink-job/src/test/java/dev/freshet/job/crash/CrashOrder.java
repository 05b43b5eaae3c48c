package dev.freshet.job.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;

/**
 * Which process is to die, and where: one line in a file that the trial writes and the processes
 * read. The process that takes the line away is the one that dies.
 *
 * @param point where
 * @param call at which call of that method, counted from when it is first read
 * @param delay from the call on, at a point that is passed while a method runs
 * @param number tells two orders apart
 */
record CrashOrder(CrashPoint point, int call, Duration delay, int number) {

  private static final String SEPARATOR = " ";

  CrashOrder {
    if (call < 1 || delay.isNegative()) {
      throw new IllegalArgumentException("Call " + call + " after " + delay + " at " + point);
    }
  }

  /** Gives the order; a process finds it whole or not at all. */
  void writeTo(Path file) throws IOException {
    Path begun = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(
        begun,
        String.join(
            SEPARATOR,
            point.name(),
            Integer.toString(call),
            Long.toString(delay.toNanos()),
            Integer.toString(number)));
    Files.move(begun, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The order that is given; empty if there is none, or it was carried out. */
  static Optional<CrashOrder> readFrom(Path file) throws IOException {
    try {
      String[] words = Files.readString(file).split(SEPARATOR, -1);
      return Optional.of(
          new CrashOrder(
              CrashPoint.valueOf(words[0]),
              Integer.parseInt(words[1]),
              Duration.ofNanos(Long.parseLong(words[2])),
              Integer.parseInt(words[3])));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
