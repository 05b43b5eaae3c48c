package dev.freshet.operators.build;

import java.io.IOException;

/** Lance could not read the fragments of a plan; trying at once again would not help. */
public final class UnreadableInputException extends IOException {

  private static final long serialVersionUID = 1L;

  UnreadableInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
