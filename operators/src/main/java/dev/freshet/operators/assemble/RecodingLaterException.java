package dev.freshet.operators.assemble;

import dev.freshet.state.model.Coverage;
import java.io.IOException;

/** Rows are not encoded again now, as a process may have died of that. */
final class RecodingLaterException extends IOException {

  private static final long serialVersionUID = 1L;

  RecodingLaterException(Coverage fragments) {
    super("after a process died, fragments " + fragments + " are not encoded again for an hour");
  }
}
