package dev.freshet.vector.format;

/**
 * A segment's file is of a version of Lance's file format that is not known here. It says nothing
 * of whether the file is damaged.
 */
public final class UnknownFormatException extends CorruptSegmentException {
  private static final long serialVersionUID = 1L;

  UnknownFormatException(String message) {
    super(message);
  }

  private UnknownFormatException(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  UnknownFormatException at(String where) {
    return new UnknownFormatException(where + ": " + getMessage(), this);
  }
}
