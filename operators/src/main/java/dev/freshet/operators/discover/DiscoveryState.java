package dev.freshet.operators.discover;

import dev.freshet.state.protocol.OpenWork;
import java.util.List;
import java.util.Objects;

/**
 * The enumerator's checkpoint.
 *
 * @param splitSequence number of the next split; never used twice
 * @param pending handed out, not yet assigned to the reader
 */
record DiscoveryState(OpenWork open, long splitSequence, List<WorkSplit> pending) {

  DiscoveryState {
    Objects.requireNonNull(open, "open");
    pending = List.copyOf(pending);
  }

  static DiscoveryState initial() {
    return new DiscoveryState(OpenWork.nothing(), 0, List.of());
  }
}
