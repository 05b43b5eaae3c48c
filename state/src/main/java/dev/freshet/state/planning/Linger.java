package dev.freshet.state.planning;

import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Lets small work wait for more of it, as {@code linger.ms} does in Kafka. A segment costs a copy
 * of the model and a commit, however few its rows are; rows that wait cost readers a scan of them.
 *
 * <ul>
 *   <li>A full shard is due at once, and so is all that the first look shows, the first segment of
 *       an index, what comes back from flight uncovered, and everything where a segment costs no
 *       rows.
 *   <li>Rows that weigh as much as what a segment costs ({@link ShardPolicy#worthRows}) wait a
 *       quarter of the freshness.
 *   <li>Fewer wait as long as the freshness allows, less the longest that any of the last 128 small
 *       hand-outs took to be covered.
 * </ul>
 *
 * <p>Nothing of it is state: after a restart all is due. Not thread-safe.
 */
public final class Linger {

  /** So that less than one in a hundred takes longer than all of them. */
  private static final int REMEMBERED = 128;

  private static final int WORTH_SHARE = 4;

  private final Duration freshness;
  private final Duration look;
  private final Deque<Duration> leads = new ArrayDeque<>();

  /** Shards in flight that were handed out, by this run, while little else was. */
  private final Set<String> alone = new HashSet<>();

  /** Whether there was a look before the last: a job that has just started is slow. */
  private boolean warm;

  private Instant lastLook = Instant.MIN;
  private Optional<Instant> since = Optional.empty();

  /**
   * @param freshness how soon after its commit a row should be covered
   * @param look time between two looks at the table
   */
  public Linger(Duration freshness, Duration look) {
    if (freshness.isNegative() || look.isNegative()) {
      throw new IllegalArgumentException(
          "Neither freshness nor the time between looks is negative: " + freshness + ", " + look);
    }
    this.freshness = freshness;
    this.look = look;
  }

  /** Lets nothing wait. */
  public static Linger none() {
    return new Linger(Duration.ZERO, Duration.ZERO);
  }

  /**
   * Takes a look.
   *
   * @param before what was in flight at the last look
   * @param inFlight what of it still is
   * @return whether what is uncovered and not in flight is to be handed out now
   */
  public boolean isDue(
      ManifestVersion manifest,
      InFlight before,
      InFlight inFlight,
      ShardPolicy policy,
      Instant now) {
    Instant seen = within(manifest.committedAt(), now);
    boolean first = lastLook.equals(Instant.MIN);
    learn(manifest, before, policy, seen);
    warm = !first;
    lastLook = now;

    Coverage open = manifest.uncovered().minus(inFlight.fragments());
    if (open.isEmpty()) {
      since = Optional.empty();
      return false;
    }
    Instant start = since.filter(known -> !known.isAfter(now)).orElse(seen);
    since = Optional.of(start);
    long rows = manifest.liveRows(open);
    return first
        || before.fragments().intersects(open)
        || manifest.index().segments().isEmpty()
        || rows >= policy.targetRows()
        || policy.worthRows() == 0
        || Duration.between(start, now).plus(look).compareTo(patience(rows, policy)) > 0;
  }

  /** Whether something waits for more. */
  public boolean isWaiting() {
    return since.isPresent();
  }

  /**
   * Takes note of a hand-out.
   *
   * @param shards ids of what was handed out
   * @param all whether that is all that was open, so that nothing waits any more
   */
  public void handedOut(List<String> shards, boolean all) {
    if (warm) {
      alone.addAll(shards);
    }
    if (all) {
      since = Optional.empty();
    }
  }

  /**
   * A writer's clock may be wrong, but what a look shows for the first time came since the last.
   */
  private Instant within(Instant committed, Instant now) {
    if (committed.isAfter(now)) {
      return now;
    }
    return committed.isBefore(lastLook) && !lastLook.isAfter(now) ? lastLook : committed;
  }

  /** From small hand-outs that were covered, and had no queue of large ones before them. */
  private void learn(ManifestVersion manifest, InFlight before, ShardPolicy policy, Instant seen) {
    before.shards().stream()
        .filter(shard -> alone.contains(shard.shard()))
        .filter(shard -> shard.fragments().intersects(manifest.covered()))
        .filter(shard -> !seen.isBefore(shard.handedOut()))
        .forEach(shard -> leads.addLast(Duration.between(shard.handedOut(), seen)));
    while (leads.size() > REMEMBERED) {
      leads.removeFirst();
    }
    alone.retainAll(before.shards().stream().map(InFlight.HandedOut::shard).toList());
    if (before.rows() >= policy.worthRows()) {
      alone.clear();
    }
  }

  private Duration patience(long rows, ShardPolicy policy) {
    Duration lead = leads.stream().max(Duration::compareTo).orElse(freshness.dividedBy(2));
    Duration left = freshness.minus(lead);
    Duration worth = freshness.dividedBy(WORTH_SHARE);
    return rows >= policy.worthRows() && worth.compareTo(left) < 0 ? worth : left;
  }
}
