package dev.freshet.state.protocol;

import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.planning.CompactionPace;
import dev.freshet.state.planning.CompactionSelection;
import dev.freshet.state.planning.InFlight;
import dev.freshet.state.planning.Linger;
import dev.freshet.state.planning.SegmentWatch;
import dev.freshet.state.planning.Shard;
import dev.freshet.state.planning.ShardPlanner;
import dev.freshet.state.planning.ShardPolicy;
import dev.freshet.state.protocol.OpenWork.Compacting;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Decides what is to be done for a version of the table: what nothing covers is indexed, what is
 * small is compacted, and what others touched is verified again. Not thread-safe.
 */
public final class DiscoveryStep {

  /**
   * Work that is handed out.
   *
   * @param rechecks committed segments to verify again
   */
  public record Found(List<UUID> rechecks, List<Shard> shards, List<CompactionGroup> compactions) {}

  private static final Found NOTHING = new Found(List.of(), List.of(), List.of());

  private final Duration stallTimeout;
  private final SegmentWatch watch = new SegmentWatch();
  private final CompactionPace pace;
  private final Linger linger;
  private OpenWork state;
  private long version;

  /**
   * @param stallTimeout after so long without any progress, work is handed out again
   * @param state what an earlier run had handed out
   */
  public DiscoveryStep(Duration stallTimeout, OpenWork state, Instant now) {
    this(stallTimeout, state, now, new CompactionPace(), Linger.none());
  }

  /** The same, with another pace of compactions, and letting small work wait. */
  public DiscoveryStep(
      Duration stallTimeout, OpenWork state, Instant now, CompactionPace pace, Linger linger) {
    this.pace = pace;
    this.linger = linger;
    this.stallTimeout = stallTimeout;
    this.state = state.resumed(now);
  }

  /**
   * Hands out what the version shows to be undone.
   *
   * @param sizing how large shards are; empty if the index has no model yet and too few rows for
   *     one
   * @param proposed what could be compacted
   */
  public Found advance(
      ManifestVersion manifest,
      Optional<ShardPolicy> sizing,
      List<CompactionGroup> proposed,
      Instant now) {
    if (isDecided(manifest, proposed)) {
      return NOTHING;
    }
    version = manifest.version();
    InFlight before = state.inFlight();
    InFlight inFlight = before.reconcile(manifest, now, stallTimeout);
    List<CompactionGroup> lost = pace.observe(manifest, state.compactingGroups());
    List<Compacting> compacting =
        state.compacting().stream()
            .filter(one -> manifest.live().intersects(one.group().fragments()))
            .filter(one -> !lost.contains(one.group()))
            .filter(one -> one.since().plus(stallTimeout).isAfter(now))
            .toList();
    state = new OpenWork(inFlight, compacting, state.shardSequence());
    List<UUID> rechecks = watch.changed(manifest);
    if (sizing.isEmpty()) {
      return new Found(rechecks, List.of(), List.of());
    }
    boolean due = linger.isDue(manifest, before, inFlight, sizing.get(), now);
    List<Shard> shards = due ? shards(manifest, sizing.get(), now) : List.of();
    return new Found(rechecks, shards, compactions(manifest, proposed, now));
  }

  /** All that is known comes from the manifest, and nothing is under way or waits for its time. */
  private boolean isDecided(ManifestVersion manifest, List<CompactionGroup> proposed) {
    return manifest.version() == version
        && proposed.isEmpty()
        && !linger.isWaiting()
        && state.inFlight().shards().isEmpty()
        && state.compacting().isEmpty();
  }

  private List<Shard> shards(ManifestVersion manifest, ShardPolicy sizing, Instant now) {
    List<Shard> shards =
        ShardPlanner.plan(manifest, state.inFlight(), sizing, state.shardSequence());
    state =
        new OpenWork(
            state.inFlight().handOut(shards, now),
            state.compacting(),
            state.shardSequence() + shards.size());
    linger.handedOut(shards.stream().map(Shard::id).toList(), isHandedOut(manifest));
    return shards;
  }

  private List<CompactionGroup> compactions(
      ManifestVersion manifest, List<CompactionGroup> proposed, Instant now) {
    Coverage busy = state.compactingFragments();
    List<CompactionGroup> groups =
        pace.take(
            CompactionSelection.select(proposed, manifest, state.inFlight(), busy), manifest, busy);
    pace.begin(groups, manifest);
    List<Compacting> all =
        Stream.concat(
                state.compacting().stream(), groups.stream().map(one -> new Compacting(one, now)))
            .toList();
    state = new OpenWork(state.inFlight(), all, state.shardSequence());
    return groups;
  }

  /** Whether all that is uncovered in a version is handed out. */
  public boolean isHandedOut(ManifestVersion manifest) {
    return manifest.uncovered().minus(state.inFlight().fragments()).isEmpty();
  }

  /** What a checkpoint keeps. */
  public OpenWork state() {
    return state;
  }
}
