package dev.freshet.state.garbage;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Decides what is garbage, and touches nothing: what no version names and nobody has written to for
 * the grace period.
 *
 * <p>A job names nothing before it publishes, so its age alone protects what it may still publish.
 * One thing it needs for longer: the model of a new index is an empty segment, needed from its
 * training until the first segment is published. It stays as long as any other unpublished segment
 * is younger than the grace period, because then a job is at work.
 *
 * @param grace of index files; longer than a job can hold a segment before it publishes it
 * @param dataGrace of data and deletion files; longer than any job stands still between a
 *     checkpoint and its restore, as rows are not made anew like segments
 */
public record GarbagePolicy(Duration grace, Duration dataGrace) {

  public static final Duration DEFAULT_GRACE = Duration.ofDays(1);

  /** As long as Lance's own cleanup spares such files. */
  public static final Duration DEFAULT_DATA_GRACE = Duration.ofDays(7);

  /** Longer than a commit takes that was decided, and than clocks differ. */
  static final Duration MARGIN = Duration.ofHours(1);

  public static final GarbagePolicy DEFAULT = new GarbagePolicy(DEFAULT_GRACE, DEFAULT_DATA_GRACE);

  public GarbagePolicy {
    if (grace.isNegative() || dataGrace.isNegative()) {
      throw new IllegalArgumentException("A grace period is not negative: " + grace);
    }
  }

  /**
   * The garbage among what is stored.
   *
   * @param stored listed before the names were read, so that what is published in between is named
   * @param named what any version names
   * @param now by the store's clock
   * @param isModel whether a segment has no rows; asked for few
   */
  public List<StoredObject> garbage(
      Collection<StoredObject> stored,
      Set<String> named,
      Instant now,
      Predicate<StoredObject> isModel) {
    List<StoredObject> unnamed =
        stored.stream().filter(object -> !named.contains(object.name())).toList();
    boolean atWork =
        unnamed.stream()
            .anyMatch(object -> object.kind() == GarbageKind.SEGMENT && !isOld(object, now));
    return unnamed.stream()
        .filter(object -> isOld(object, now))
        .filter(object -> !(atWork && object.kind() == GarbageKind.SEGMENT && isModel.test(object)))
        .toList();
  }

  /**
   * Whether a job may still publish what it has written. What becomes garbage soon could be removed
   * by a collection that looked for its name before it was published.
   *
   * @param modified when its latest byte was written
   */
  public boolean mayPublish(GarbageKind kind, Instant modified, Instant now) {
    return modified.plus(period(kind)).isAfter(now.plus(MARGIN));
  }

  /** Whether nobody has written to it for the grace period of its kind. */
  public boolean isOld(StoredObject object, Instant now) {
    return !object.modified().plus(period(object.kind())).isAfter(now);
  }

  private Duration period(GarbageKind kind) {
    return switch (kind) {
      case DATA_FILE, DELETION_FILE -> dataGrace;
      case SEGMENT, DETACHED_MANIFEST, TRANSACTION, OLD_VERSION, CLONE -> grace;
    };
  }
}
