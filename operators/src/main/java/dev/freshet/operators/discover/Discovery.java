package dev.freshet.operators.discover;

import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.wire.Work;
import dev.freshet.state.planning.CompactionPace;
import dev.freshet.state.planning.InFlight;
import dev.freshet.state.planning.Linger;
import dev.freshet.state.planning.ShardPolicy;
import dev.freshet.state.protocol.DiscoveryStep;
import dev.freshet.state.protocol.DiscoveryStep.Found;
import dev.freshet.state.protocol.OpenWork;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is handed out and what is in flight, apart from threads and Flink. */
final class Discovery {

  private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

  private final StreamOptions options;
  private final IntFunction<ShardPolicy> sizing;
  private final DiscoveryStep step;
  private long splitSequence;
  private final List<WorkSplit> pending;
  private boolean saidWaiting;

  Discovery(StreamOptions options, DiscoveryState state) {
    this(options, state, width -> ShardSizing.policy(options, width));
  }

  /**
   * @param sizing how large shards are, by the values of a row
   */
  Discovery(StreamOptions options, DiscoveryState state, IntFunction<ShardPolicy> sizing) {
    this.options = options;
    this.sizing = sizing;
    this.step =
        new DiscoveryStep(
            options.stallTimeout(),
            state.open(),
            Instant.now(),
            new CompactionPace(),
            new Linger(options.freshness(), options.pollInterval()));
    this.splitSequence = state.splitSequence();
    this.pending = new ArrayList<>(state.pending());
  }

  /**
   * Hands out what the manifest shows to be undone.
   *
   * @return whether segments are verified again, which leaves no trace if they are right
   */
  boolean advance(Observation observation, Instant now) {
    Optional<ShardPolicy> policy =
        observation.trainable() ? Optional.of(sizing(observation)) : Optional.empty();
    if (policy.isEmpty()) {
      sayWaiting(observation);
    }
    Found found = step.advance(observation.manifest(), policy, observation.compactions(), now);
    found.rechecks().forEach(segment -> add(new Work.Recheck(segment)));
    found.shards().forEach(shard -> shard.tasks().forEach(task -> add(new Work.Index(task))));
    found.compactions().forEach(group -> add(new Work.Compact(group)));
    if (!found.shards().isEmpty()) {
      LOG.info(
          "Handed out {} shards of version {}: {} rows in flight",
          found.shards().size(),
          observation.manifest().version(),
          step.state().inFlight().rows());
    }
    return !found.rechecks().isEmpty();
  }

  /** Nothing waits for others if no others come. */
  private ShardPolicy sizing(Observation observation) {
    ShardPolicy policy = sizing.apply(observation.width());
    if (options.once() || observation.ended()) {
      return policy;
    }
    long rows = observation.manifest().liveRows();
    long worth = ShardSizing.worthRows(options, observation.width(), rows);
    return policy.worth(Math.min(worth, policy.targetRows()));
  }

  /** Whether all that can be indexed of what was observed is handed out. */
  boolean handedOut(Observation observation) {
    return !observation.trainable() || step.isHandedOut(observation.manifest());
  }

  private void add(Work work) {
    pending.add(new WorkSplit(splitSequence++, work));
  }

  private void sayWaiting(Observation observation) {
    if (!saidWaiting) {
      LOG.warn(
          "Index {} of {} waits: {} rows are too few to train it",
          options.index().name(),
          options.dataset(),
          observation.manifest().liveRows());
      saidWaiting = true;
    }
  }

  /** The work to assign now; it leaves this state. */
  List<WorkSplit> takePending() {
    List<WorkSplit> taken = List.copyOf(pending);
    pending.clear();
    return taken;
  }

  /** Work whose reader failed before a checkpoint held it. */
  void giveBack(Collection<WorkSplit> splits) {
    pending.addAll(splits);
  }

  /** Whether anything is handed out and not seen done, or is about to be. */
  boolean isWorking() {
    return !pending.isEmpty() || !versionsInFlight().isEmpty();
  }

  /** Versions that work reads which was handed out, or is about to be. */
  Set<Long> versionsInFlight() {
    OpenWork open = step.state();
    return Stream.concat(
            open.inFlight().shards().stream().map(InFlight.HandedOut::version),
            open.compacting().stream().map(compacting -> compacting.group().version()))
        .collect(Collectors.toUnmodifiableSet());
  }

  DiscoveryState state() {
    return new DiscoveryState(step.state(), splitSequence, pending);
  }
}
