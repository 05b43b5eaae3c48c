package dev.freshet.operators.publish;

import dev.freshet.operators.assemble.UnreadableInputException;
import dev.freshet.state.protocol.UnreadableSegmentException;
import dev.freshet.vector.format.CorruptSegmentException;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells files that are gone or malformed from a storage that fails. */
final class Unreadable {

  private static final Logger LOG = LoggerFactory.getLogger(Unreadable.class);

  /** What reads segments or fragments. */
  interface Reading<T> {
    T read() throws IOException;
  }

  private Unreadable() {}

  /**
   * What is read.
   *
   * @throws UnreadableSegmentException if a file is gone or malformed
   */
  static <T> T unless(Reading<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (FileNotFoundException | CorruptSegmentException | UnreadableInputException e) {
      LOG.warn("A segment, or what it is made of, cannot be read", e);
      throw new UnreadableSegmentException(e);
    }
  }
}
