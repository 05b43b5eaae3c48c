package dev.freshet.operators.assemble;

import java.io.IOException;

/** The fragments of a plan cannot be read; trying at once again would not help. */
public final class UnreadableInputException extends IOException {

  private static final long serialVersionUID = 1L;

  UnreadableInputException(String message) {
    super(message);
  }

  UnreadableInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
