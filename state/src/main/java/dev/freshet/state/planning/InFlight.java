package dev.freshet.state.planning;

import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.RowRange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The shards that were handed out and are not yet seen in the manifest.
 *
 * <p>Nothing tells a shard's fate but the manifest and the clock. Each shard has its own: it starts
 * when the shard is handed out, and again whenever a shard that was handed out no later is covered,
 * because then the queue ahead still moves. Progress of later shards does not count, so that a lost
 * shard is found even while the stream behind it is busy.
 *
 * @param shards in the order in which they were handed out
 */
public record InFlight(List<HandedOut> shards) {

  /**
   * One shard.
   *
   * @param ranges one range for each of its fragments, for the fingerprint
   * @param version the manifest version at which its rows are read
   * @param rows live rows at that version
   * @param handedOut when it was handed out
   * @param lastProgress when its clock last started
   */
  public record HandedOut(
      String shard,
      List<RowRange> ranges,
      long version,
      long rows,
      Instant handedOut,
      Instant lastProgress) {

    public HandedOut {
      Objects.requireNonNull(shard, "shard");
      Objects.requireNonNull(handedOut, "handedOut");
      Objects.requireNonNull(lastProgress, "lastProgress");
      ranges = List.copyOf(ranges);
      if (ranges.isEmpty() || version < 1 || rows < 0) {
        throw new IllegalArgumentException(
            "Shard "
                + shard
                + " in flight needs fragments and a version: "
                + ranges
                + ", "
                + version
                + ", "
                + rows
                + " rows");
      }
    }

    public Coverage fragments() {
      return Coverage.of(ranges.stream().mapToInt(RowRange::fragment));
    }

    private HandedOut restarted(Instant now) {
      return new HandedOut(shard, ranges, version, rows, handedOut, now);
    }
  }

  public InFlight {
    shards = List.copyOf(shards);
  }

  public static InFlight none() {
    return new InFlight(List.of());
  }

  /** With these shards handed out too. */
  public InFlight handOut(List<Shard> more, Instant now) {
    Stream<HandedOut> added =
        more.stream()
            .map(
                shard ->
                    new HandedOut(
                        shard.id(), shard.fragmentRows(), shard.version(), shard.rows(), now, now));
    return new InFlight(Stream.concat(shards.stream(), added).toList());
  }

  /**
   * Without the shards that are done, void or stalled.
   *
   * <p>A shard leaves as a whole as soon as one of its fragments is covered (a shard is published
   * as a whole, or someone else covered that fragment and the shard is of no use), has left the
   * manifest or was overwritten; the rest of its fragments is open again at once. So do all shards
   * that share a fragment with one that leaves.
   *
   * @param stallTimeout after how long without progress a shard counts as lost
   */
  public InFlight reconcile(ManifestVersion manifest, Instant now, Duration stallTimeout) {
    Fingerprints live = new Fingerprints(manifest);
    Coverage covered = manifest.covered();
    List<HandedOut> kept = new ArrayList<>();
    List<HandedOut> left = new ArrayList<>();
    Instant progress = Instant.MAX;
    for (HandedOut shard : shards) {
      boolean done = shard.fragments().intersects(covered);
      if (done && shard.handedOut().isBefore(progress)) {
        progress = shard.handedOut();
      }
      (done || !live.areLive(shard.ranges()) ? left : kept).add(shard);
    }
    List<HandedOut> running = new ArrayList<>();
    for (HandedOut shard : kept) {
      HandedOut current = shard.handedOut().isBefore(progress) ? shard : shard.restarted(now);
      boolean stalled = !current.lastProgress().plus(stallTimeout).isAfter(now);
      (stalled ? left : running).add(current);
    }
    return new InFlight(SharedFragments.withoutSharers(running, left, HandedOut::fragments));
  }

  /** With all clocks started anew: to be called when a job starts from a snapshot. */
  public InFlight resumed(Instant now) {
    return new InFlight(shards.stream().map(shard -> shard.restarted(now)).toList());
  }

  public Coverage fragments() {
    return Coverage.union(shards.stream().map(HandedOut::fragments));
  }

  public long rows() {
    return shards.stream().mapToLong(HandedOut::rows).sum();
  }
}
