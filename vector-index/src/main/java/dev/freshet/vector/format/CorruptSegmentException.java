package dev.freshet.vector.format;

import java.io.IOException;

/** A segment's file is malformed, truncated, or of a layout that this version does not know. */
public sealed class CorruptSegmentException extends IOException permits UnknownFormatException {
  private static final long serialVersionUID = 1L;

  CorruptSegmentException(String message) {
    super(message);
  }

  CorruptSegmentException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The same, said of a place. */
  CorruptSegmentException at(String where) {
    return new CorruptSegmentException(where + ": " + getMessage(), this);
  }

  /** Throws, with the formatted message, unless the condition holds. */
  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be one more dependency
  static void check(boolean condition, String format, Object... arguments)
      throws CorruptSegmentException {
    if (!condition) {
      throw new CorruptSegmentException(String.format(format, arguments));
    }
  }
}
