package dev.freshet.lance.dataset;

import java.io.IOException;

/** A committed segment on which queries fail. */
public final class UnsearchableSegmentException extends IOException {

  private static final long serialVersionUID = 1L;

  UnsearchableSegmentException(String message, Exception cause) {
    super(message, cause);
  }
}
