package dev.freshet.state.protocol;

import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.planning.InFlight;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * The work that discovery has handed out and not seen done.
 *
 * @param shardSequence number of the next shard; never used twice
 */
public record OpenWork(InFlight inFlight, List<Compacting> compacting, long shardSequence) {

  /** A compaction that was handed out, and when. */
  public record Compacting(CompactionGroup group, Instant since) {
    public Compacting {
      Objects.requireNonNull(group, "group");
      Objects.requireNonNull(since, "since");
    }
  }

  public OpenWork {
    Objects.requireNonNull(inFlight, "inFlight");
    compacting = List.copyOf(compacting);
  }

  public static OpenWork nothing() {
    return new OpenWork(InFlight.none(), List.of(), 0);
  }

  /** The same as when a job starts from it now: time that passed meanwhile counts for nothing. */
  public OpenWork resumed(Instant now) {
    return new OpenWork(inFlight.resumed(now), compacting, shardSequence);
  }

  List<CompactionGroup> compactingGroups() {
    return compacting.stream().map(Compacting::group).toList();
  }

  /** Fragments that are being compacted. */
  Coverage compactingFragments() {
    return Coverage.union(compactingGroups().stream().map(CompactionGroup::fragments));
  }
}
