package dev.freshet.state.protocol;

import dev.freshet.state.model.CommitOutcome;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Swaps in rewritten fragments; Lance remaps the segments that cover them in the same commit.
 *
 * <p>Segments of a type that does not survive the remap are withdrawn first: readers then search
 * their fragments by brute force, rightly, until the stream has indexed the new ones.
 *
 * <p>A compaction that lost against another writer is dropped; discovery proposes it again. Lance
 * tries its commit 20 times and sleeps twice as long after each, hours in the end, so it is waited
 * for only so long. One that is in doubt then goes on beside the publishes, as another writer's
 * would, and no other is begun before it has ended.
 */
public final class CompactionCommitter {

  private static final Duration MIN_LIMIT = Duration.ofSeconds(5);
  private static final long REMAPPED_ROWS_A_SECOND = 100_000;

  private final Publishing publishing;

  public CompactionCommitter(Publishing publishing) {
    this.publishing = publishing;
  }

  /**
   * Commits a compaction, or drops it.
   *
   * @throws IOException if storage fails
   */
  public void commit(Rewrite rewrite) throws IOException {
    Coverage fragments = rewrite.replaced();
    Optional<String> hindrance = hindrance(rewrite);
    if (hindrance.isPresent()) {
      publishing.events().notCompacted(fragments, hindrance.get());
      return;
    }
    List<String> lost = rewrite.lostFiles();
    if (!lost.isEmpty()) { // Lance would commit without them, and their rows would be lost
      publishing.events().rewriteLost(fragments, lost);
      return;
    }
    recheckTouched(fragments);
    if (!withdrawUnmappable(fragments) || !purgeDead(fragments)) {
      return;
    }
    if (!rewrite.swap(limit(fragments))) {
      publishing.events().compactionInDoubt(fragments);
    }
  }

  /** Why it must not be committed. */
  private Optional<String> hindrance(Rewrite rewrite) throws IOException {
    if (rewrite.isBlocked()) {
      return Optional.of("another compaction is in doubt");
    }
    try (TableVersion version = publishing.table().latest()) {
      Coverage gone = rewrite.replaced().minus(version.manifest().live());
      if (!gone.isEmpty()) {
        return Optional.of(gone + " are gone, perhaps by an earlier attempt");
      }
      return version.compactionHarm(rewrite.replaced());
    }
  }

  /** Long enough for the remap of all segments that are touched, and a few lost tries. */
  private Duration limit(Coverage rewritten) throws IOException {
    try (TableVersion version = publishing.table().latest()) {
      Coverage touched =
          Coverage.union(
              version.manifest().index().segments().stream()
                  .map(CommittedSegment::coverage)
                  .filter(coverage -> coverage.intersects(rewritten)));
      long rows = version.manifest().liveRows(touched);
      return MIN_LIMIT.plusSeconds(rows / REMAPPED_ROWS_A_SECOND);
    }
  }

  /** A remap takes away what tells that a segment was committed over rewritten columns. */
  private void recheckTouched(Coverage rewritten) throws IOException {
    List<CommittedSegment> touched;
    try (TableVersion version = publishing.table().latest()) {
      touched = touched(version.manifest(), rewritten);
    }
    new SegmentRechecker(publishing).recheckUnknown(touched);
  }

  private boolean withdrawUnmappable(Coverage rewritten) throws IOException {
    if (publishing.type().survivesRemap()) {
      return true;
    }
    try (TableVersion version = publishing.table().latest()) {
      Set<UUID> affected = SegmentPurger.uuids(touched(version.manifest(), rewritten));
      if (affected.isEmpty()) {
        return true;
      }
      CommitOutcome outcome = version.withdraw(affected);
      if (outcome instanceof CommitOutcome.Committed) {
        publishing.events().unmappable(affected);
        return true;
      }
      publishing.events().conflicted(affected, outcome);
      return false;
    }
  }

  /**
   * Rewrites segments without the rows whose deletion files go: with stable row ids Lance masks
   * dead entries only while a fragment has one, and no remap drops them.
   */
  private boolean purgeDead(Coverage rewritten) throws IOException {
    try (TableVersion version = publishing.table().latest()) {
      if (!version.stableRowIds()) {
        return true;
      }
      Coverage live = version.manifest().live();
      List<CommittedSegment> dead = new ArrayList<>();
      for (CommittedSegment segment : version.manifest().index().segments()) {
        Coverage covered = segment.coverage().intersect(live);
        if (covered.intersects(rewritten) && version.hasDead(segment.uuid(), covered)) {
          dead.add(segment);
        }
      }
      return dead.isEmpty() || new SegmentPurger(publishing).purge(version, dead);
    } catch (UnreadableSegmentException e) {
      // its recheck withdraws it; discovery proposes the compaction again
      publishing.events().notCompacted(rewritten, "a segment cannot be read: " + e.getMessage());
      return false;
    }
  }

  /** The segments over some of the fragments, each with what it covers of the live ones. */
  private static List<CommittedSegment> touched(ManifestVersion manifest, Coverage fragments) {
    Coverage live = manifest.live();
    return manifest.index().segments().stream()
        .map(one -> new CommittedSegment(one.uuid(), one.coverage().intersect(live)))
        .filter(segment -> segment.coverage().intersects(fragments))
        .toList();
  }
}
