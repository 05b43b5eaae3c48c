package dev.freshet.operators.discover;

import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.planning.InFlight;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * The enumerator's checkpoint.
 *
 * @param shardSequence number of the next shard; never used twice
 * @param splitSequence number of the next split; never used twice
 * @param pending handed out, not yet assigned to the reader
 */
record DiscoveryState(
    InFlight inFlight,
    List<Compacting> compacting,
    long shardSequence,
    long splitSequence,
    List<WorkSplit> pending) {

  /** A compaction that was handed out, and when. */
  record Compacting(CompactionGroup group, Instant since) {
    Compacting {
      Objects.requireNonNull(group, "group");
      Objects.requireNonNull(since, "since");
    }
  }

  DiscoveryState {
    Objects.requireNonNull(inFlight, "inFlight");
    compacting = List.copyOf(compacting);
    pending = List.copyOf(pending);
  }

  static DiscoveryState initial() {
    return new DiscoveryState(InFlight.none(), List.of(), 0, 0, List.of());
  }
}
