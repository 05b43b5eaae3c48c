package dev.freshet.operators.discover;

import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.wire.Work;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.planning.CompactionSelection;
import dev.freshet.state.planning.InFlight;
import dev.freshet.state.planning.SegmentWatch;
import dev.freshet.state.planning.Shard;
import dev.freshet.state.planning.ShardPlanner;
import dev.freshet.state.planning.ShardPolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is handed out and what is in flight, apart from threads and Flink. */
final class Discovery {

  private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

  private final StreamOptions options;
  private final IntFunction<ShardPolicy> sizing;
  private InFlight inFlight;
  private List<DiscoveryState.Compacting> compacting;
  private long shardSequence;
  private long splitSequence;
  private final List<WorkSplit> pending;
  private final SegmentWatch watch = new SegmentWatch();
  private boolean saidWaiting;

  Discovery(StreamOptions options, DiscoveryState state) {
    this(options, state, dimension -> ShardSizing.policy(options, dimension));
  }

  /**
   * @param sizing how large shards are, by the dimension of the vectors
   */
  Discovery(StreamOptions options, DiscoveryState state, IntFunction<ShardPolicy> sizing) {
    this.options = options;
    this.sizing = sizing;
    this.inFlight = state.inFlight().resumed(Instant.now());
    this.compacting = state.compacting();
    this.shardSequence = state.shardSequence();
    this.splitSequence = state.splitSequence();
    this.pending = new ArrayList<>(state.pending());
  }

  /** Hands out what the manifest shows uncovered. */
  void advance(Observation observation, Instant now) {
    ManifestVersion manifest = observation.manifest();
    inFlight = inFlight.reconcile(manifest, now, options.stallTimeout());
    compacting =
        compacting.stream()
            .filter(one -> manifest.live().intersects(one.group().fragments()))
            .filter(one -> one.since().plus(options.stallTimeout()).isAfter(now))
            .toList();
    watch.changed(manifest).forEach(segment -> add(new Work.Recheck(segment)));
    if (!observation.trainable()) {
      sayWaiting(observation);
      return;
    }
    handOutShards(observation, now);
    handOutCompactions(observation, now);
  }

  /** Whether all that can be indexed of what was observed is handed out. */
  boolean handedOut(Observation observation) {
    return !observation.trainable()
        || observation.manifest().uncovered().minus(inFlight.fragments()).isEmpty();
  }

  private void handOutShards(Observation observation, Instant now) {
    List<Shard> shards =
        ShardPlanner.plan(
            observation.manifest(), inFlight, sizing.apply(observation.dimension()), shardSequence);
    shardSequence += shards.size();
    inFlight = inFlight.handOut(shards, now);
    shards.forEach(shard -> shard.tasks().forEach(task -> add(new Work.Index(task))));
    if (!shards.isEmpty()) {
      LOG.info(
          "Handed out {} shards of version {}: {} rows in flight",
          shards.size(),
          observation.manifest().version(),
          inFlight.rows());
    }
  }

  private void handOutCompactions(Observation observation, Instant now) {
    Coverage busy = Coverage.union(compacting.stream().map(one -> one.group().fragments()));
    List<CompactionGroup> groups =
        CompactionSelection.select(
            observation.compactions(), observation.manifest(), inFlight, busy);
    List<DiscoveryState.Compacting> all = new ArrayList<>(compacting);
    for (CompactionGroup group : groups) {
      all.add(new DiscoveryState.Compacting(group, now));
      add(new Work.Compact(group));
    }
    compacting = List.copyOf(all);
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

  DiscoveryState state() {
    return new DiscoveryState(inFlight, compacting, shardSequence, splitSequence, pending);
  }
}
