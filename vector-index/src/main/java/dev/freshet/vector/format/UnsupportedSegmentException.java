package dev.freshet.vector.format;

import java.io.IOException;

/**
 * A segment is sound, but a newer Lance wrote it in a form that the Lance of this program reads
 * wrongly. It must not be queried by that Lance, nor be taken for damaged.
 */
public final class UnsupportedSegmentException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  UnsupportedSegmentException(String segment, String reason) {
    super(segment + " " + reason);
    this.reason = reason;
  }

  /** What is unknown about the segment, to be said behind its name. */
  public String reason() {
    return reason;
  }
}
