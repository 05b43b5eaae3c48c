package dev.freshet.state.protocol;

import java.io.IOException;

/** A segment is wrong however often it is built: the job must end, nothing may be published. */
public final class WrongSegmentException extends IOException {

  private static final long serialVersionUID = 1L;

  WrongSegmentException(String message) {
    super(message);
  }
}
