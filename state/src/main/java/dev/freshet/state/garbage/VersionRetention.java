package dev.freshet.state.garbage;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * Decides which versions of a dataset may go, and touches nothing: those that are neither the
 * latest, nor named by a tag or a branch, nor among the newest, and were replaced long ago.
 *
 * @param keepFor how long a version stays after the next one was committed; at least {@link #LEAST}
 * @param keepVersions how many of the newest stay in any case, at least 1
 */
public record VersionRetention(Duration keepFor, int keepVersions) {

  /** Longer than a commit takes, which needs the versions since the one that it read. */
  public static final Duration LEAST = Duration.ofHours(1);

  public VersionRetention {
    if (keepFor.compareTo(LEAST) < 0 || keepVersions < 1) {
      throw new IllegalArgumentException(
          "At least the versions of an hour, and one version, are kept, not "
              + keepFor
              + " and "
              + keepVersions);
    }
  }

  /** Time between two removals: the versions that are there are then at most a sixth more. */
  public Duration interval() {
    Duration sixth = keepFor.dividedBy(6);
    return sixth.compareTo(LEAST) > 0 ? LEAST : sixth;
  }

  /**
   * The versions that may go, by number.
   *
   * @param committed when each version was committed, by the store's clock
   * @param held what tags and branches name
   * @param now by the store's clock
   */
  public Set<Long> removable(SortedMap<Long, Instant> committed, Set<Long> held, Instant now) {
    Set<Long> removable = new HashSet<>();
    Iterator<Map.Entry<Long, Instant>> next = committed.entrySet().iterator();
    if (next.hasNext()) {
      next.next();
    }
    int left = committed.size();
    for (long version : committed.keySet()) {
      boolean replaced = next.hasNext() && !next.next().getValue().plus(keepFor).isAfter(now);
      if (replaced && left > keepVersions && !held.contains(version)) {
        removable.add(version);
      }
      left--;
    }
    return removable;
  }
}
