package dev.freshet.state.protocol;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.EntryState;
import dev.freshet.state.model.ManifestVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Verifies committed segments that others have touched, and withdraws the damaged ones: readers
 * then search their fragments by brute force, rightly, and discovery has them indexed anew from the
 * fragments alone.
 *
 * <p>Fragments whose rows cannot be sampled tell nothing of their segment: it stays.
 */
public final class SegmentRechecker {

  private final Publishing publishing;
  private final Withdrawal withdrawal;

  public SegmentRechecker(Publishing publishing) {
    this.publishing = publishing;
    this.withdrawal = new Withdrawal(publishing);
  }

  /**
   * Verifies the segment as the latest version has it, and rewrites it, or others that hold entries
   * of its rows, if they hold what costs answers.
   *
   * @throws IOException if storage fails, or other writers win every time
   */
  public void recheck(UUID uuid) throws IOException {
    SegmentPurger purger = new SegmentPurger(publishing);
    for (int attempt = 1; attempt <= SegmentCommitter.MAX_ATTEMPTS; attempt++) {
      try (TableVersion version = publishing.table().latest()) {
        publishing.known().retain(version.manifest().index());
        publishing.table().retain(version.manifest().index());
        Optional<CommittedSegment> segment = committed(version.manifest(), uuid);
        if (segment.isEmpty() || isSettled(version, segment.get(), purger)) {
          return;
        }
      }
    }
    throw new IOException(
        "Damaged segment " + uuid + " of index " + publishing.index() + " could not be mended");
  }

  /** The segment, unless it is gone. */
  private static Optional<CommittedSegment> committed(ManifestVersion manifest, UUID uuid) {
    return manifest.index().segments().stream()
        .filter(segment -> segment.uuid().equals(uuid))
        .findFirst();
  }

  /** Whether the segment is right, or was withdrawn and no other writer was faster. */
  private boolean isSettled(TableVersion version, CommittedSegment segment, SegmentPurger purger)
      throws IOException {
    Coverage stale = version.stale(segment);
    if (!stale.isEmpty()) {
      return withdrawn(version, segment, stale + " were rewritten just before it was committed");
    }
    EntryState state;
    try {
      state = version.entries(segment);
    } catch (UnreadableSegmentException e) {
      publishing.events().rechecked(segment.uuid());
      return withdrawn(version, segment, "it cannot be read: " + e.getMessage());
    }
    return switch (state) {
      case UNKNOWN -> {
        publishing.events().leftAlone(segment.uuid());
        yield true;
      }
      case AMBIGUOUS -> withdrawn(version, segment, "it holds rows more than once");
      case WORN, SOUND -> {
        List<CommittedSegment> worn = worn(version, segment, state == EntryState.WORN);
        if (worn.isEmpty()) {
          yield isRight(version, segment);
        }
        purger.purge(version, worn);
        yield false; // look again: it may be wrong besides
      }
    };
  }

  /** The segments that hold entries of the segment's rows, and the segment itself if it is. */
  private static List<CommittedSegment> worn(
      TableVersion version, CommittedSegment segment, boolean itself) throws IOException {
    ManifestVersion manifest = version.manifest();
    List<CommittedSegment> others =
        manifest.index().segments().stream().filter(other -> !other.equals(segment)).toList();
    List<CommittedSegment> worn =
        new ArrayList<>(version.holding(others, segment.coverage().intersect(manifest.live())));
    if (itself) {
      worn.add(segment);
    }
    return worn;
  }

  /** Whether its answers are right, or it was withdrawn and no other writer was faster. */
  private boolean isRight(TableVersion version, CommittedSegment segment) throws IOException {
    Coverage live = segment.coverage().intersect(version.manifest().live());
    if (live.isEmpty() || publishing.known().contains(segment.uuid(), live)) {
      return true;
    }
    publishing.events().rechecked(segment.uuid());
    Optional<String> damage = version.damage(new CommittedSegment(segment.uuid(), live));
    if (damage.isPresent()) {
      return withdrawn(version, segment, damage.get());
    }
    publishing.known().add(segment.uuid(), live);
    return true;
  }

  /**
   * Rechecks those that are not known to be right, before something is made of them, and those
   * whose fragments were given other files since.
   */
  void recheckUnknown(List<CommittedSegment> segments) throws IOException {
    for (CommittedSegment segment : segments) {
      if (!publishing.known().contains(segment.uuid(), segment.coverage()) || isStale(segment)) {
        recheck(segment.uuid());
      }
    }
  }

  private boolean isStale(CommittedSegment segment) throws IOException {
    try (TableVersion version = publishing.table().latest()) {
      return !version.stale(segment).isEmpty();
    }
  }

  private boolean withdrawn(TableVersion version, CommittedSegment segment, String damage) {
    return withdrawal.isCommitted(
        version, Set.of(segment.uuid()), "over fragments " + segment.coverage() + ", " + damage);
  }
}
