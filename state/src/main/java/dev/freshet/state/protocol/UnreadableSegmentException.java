package dev.freshet.state.protocol;

import java.io.IOException;

/**
 * A segment, or what it is made of, is gone or malformed; trying at once again would not help. What
 * a storage that fails for now throws is another {@link IOException}.
 */
public final class UnreadableSegmentException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * @param cause whose message says what is wrong
   */
  public UnreadableSegmentException(Throwable cause) {
    super(cause.getMessage(), cause);
  }
}
