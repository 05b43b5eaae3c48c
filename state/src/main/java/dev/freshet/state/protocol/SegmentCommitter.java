package dev.freshet.state.protocol;

import dev.freshet.state.model.CommitOutcome;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.state.planning.PublishDecision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Publishes one segment: decide by the fresh manifest, verify, commit; again if another writer was
 * faster, at most {@link #MAX_ATTEMPTS} times.
 *
 * <p>It is verified once, as the decision sees to it that its fragments are still what they were. A
 * verification takes longer than another writer needs for a commit, so that one before each attempt
 * would lose again and again. Only if rows have moved, under their ids, to fragments that another
 * segment covers since, it is built without them and verified again.
 */
public final class SegmentCommitter {

  static final int MAX_ATTEMPTS = 20;

  /**
   * The segment as it was verified, and the table as it was then.
   *
   * @param covered fragments that the index covered
   * @param field id of the column
   */
  private record Verified(UnpublishedSegment segment, Coverage covered, int field) {

    /** Whether what was verified is right by now, too. */
    boolean holds(TableVersion now) throws IOException {
      Coverage since = now.manifest().covered().minus(covered);
      return field == now.field() && !MovedRows.areIn(now, segment, since);
    }
  }

  private final Publishing publishing;
  private final VerificationGate gate;
  private final SegmentRechecker rechecker;
  private final RewriteRace race;
  private final MovedRows moved;

  public SegmentCommitter(Publishing publishing) {
    this.publishing = publishing;
    this.gate = new VerificationGate(publishing);
    this.rechecker = new SegmentRechecker(publishing);
    this.race = new RewriteRace(publishing);
    this.moved = new MovedRows(publishing);
  }

  /**
   * Publishes the segment, or finds that there is nothing left to publish. One that must be built
   * again and cannot, as what it is made of is gone, is abandoned: discovery finds its fragments
   * uncovered. So is one that is wrong even when rebuilt and has nothing new: what it would replace
   * stays.
   *
   * @throws IOException if a segment with new rows is wrong even when rebuilt, or storage fails
   */
  public void commit(UnpublishedSegment segment) throws IOException {
    try {
      rechecker.recheckUnknown(segment.plan().absorbed());
      publish(segment);
    } catch (UnreadableSegmentException e) {
      publishing.events().lost(segment.plan(), e);
    } catch (WrongSegmentException e) {
      if (!segment.plan().shards().isEmpty()) {
        throw e;
      }
      publishing.events().lost(segment.plan(), e);
    }
  }

  private void publish(UnpublishedSegment built) throws IOException {
    SegmentPurger purger = new SegmentPurger(publishing);
    UnpublishedSegment segment = built;
    Optional<Verified> verified = Optional.empty();
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      publishing.events().attempted();
      try (TableVersion version = publishing.table().latest()) {
        PublishDecision decision =
            PublishDecision.of(segment.plan(), version.manifest(), publishing.uuids());
        if (decision instanceof PublishDecision.Replan replan) {
          publishing.events().replanned(replan.plan());
          segment = version.build(replan.plan());
          verified = Optional.empty();
        } else if (decision instanceof PublishDecision.Publish publish) {
          Set<UUID> replaced = SegmentPurger.uuids(publish.replaced());
          if (verified.isEmpty() || !verified.get().holds(version)) {
            segment = gate.verified(version, moved.without(version, segment), replaced);
            verified =
                Optional.of(new Verified(segment, version.manifest().covered(), version.field()));
          }
          if (isCommitted(version, segment, replaced, purger)) {
            return;
          }
        } else if (decision instanceof PublishDecision.Withdraw) {
          if (race.isWithdrawn(version, Set.of(segment.uuid()))) {
            return;
          }
        } else {
          publishing.events().abandoned(segment.plan(), decision.toString());
          return;
        }
      }
    }
    throw new IOException(
        "Segment "
            + segment.uuid()
            + " of index "
            + publishing.index()
            + " lost against other writers "
            + MAX_ATTEMPTS
            + " times");
  }

  /**
   * Commits the segment, and with it what other segments are without the entries of its rows.
   *
   * @return whether no other writer was faster
   */
  private boolean isCommitted(
      TableVersion version, UnpublishedSegment segment, Set<UUID> replaced, SegmentPurger purger)
      throws IOException {
    ManifestVersion decided = version.manifest();
    List<CommittedSegment> others =
        decided.index().segments().stream()
            .filter(other -> !replaced.contains(other.uuid()))
            .toList();
    List<CommittedSegment> worn = version.holding(others, segment.plan().coverage());
    Optional<List<UnpublishedSegment>> successors = purger.rewritten(version, worn);
    if (successors.isEmpty()) {
      return false;
    }
    List<UnpublishedSegment> all = new ArrayList<>(successors.get());
    all.add(0, segment);
    Set<UUID> removed = new HashSet<>(replaced);
    removed.addAll(SegmentPurger.uuids(worn));
    CommitOutcome outcome = version.publish(all, removed);
    if (outcome instanceof CommitOutcome.Committed committed) {
      publishing.known().add(segment.uuid(), segment.plan().coverage());
      publishing.events().published(segment, committed.version(), removed);
      purger.published(SegmentPurger.uuids(worn), successors.get(), committed.version());
      race.settle(
          decided,
          committed,
          all.stream().map(UnpublishedSegment::uuid).collect(Collectors.toSet()));
      return true;
    }
    publishing.events().conflicted(Set.of(segment.uuid()), outcome);
    return false;
  }
}
