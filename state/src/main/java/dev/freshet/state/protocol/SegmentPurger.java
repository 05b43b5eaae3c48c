package dev.freshet.state.protocol;

import dev.freshet.state.model.CommitOutcome;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Rewrites committed segments without the entries that their rows have left: each alone, by its own
 * model, so that the tiers of the index stay what they are.
 *
 * <p>What was rewritten is kept until it is published, for the next attempt of the same commit
 * after a lost race, and no longer: more rows may have left it by then, and its files be garbage.
 */
final class SegmentPurger {

  private final Publishing publishing;
  private final VerificationGate gate;
  private final RewriteRace race;
  private final Withdrawal withdrawal;
  private final Map<CommittedSegment, UnpublishedSegment> ready = new HashMap<>();

  SegmentPurger(Publishing publishing) {
    this.publishing = publishing;
    this.gate = new VerificationGate(publishing);
    this.race = new RewriteRace(publishing);
    this.withdrawal = new Withdrawal(publishing);
  }

  /**
   * The segments, rewritten and verified; one whose fragments are all gone has no successor.
   *
   * @return empty if one cannot be read, or is wrong otherwise, and is withdrawn: decide again
   * @throws IOException if storage fails
   */
  Optional<List<UnpublishedSegment>> rewritten(TableVersion version, List<CommittedSegment> worn)
      throws IOException {
    Coverage live = version.manifest().live();
    ready.keySet().retainAll(worn);
    ready.values().removeIf(successor -> !live.containsAll(successor.plan().coverage()));
    List<UnpublishedSegment> rewritten = new ArrayList<>();
    for (CommittedSegment segment : worn) {
      if (segment.coverage().intersects(live)) {
        if (!ready.containsKey(segment)) {
          Optional<String> wrong = prepared(version, segment);
          if (wrong.isPresent()) {
            withdrawal.isCommitted(version, Set.of(segment.uuid()), wrong.get());
            return Optional.empty();
          }
        }
        rewritten.add(ready.get(segment));
      }
    }
    return Optional.of(rewritten);
  }

  /** Rewrites a segment, unless its other entries are wrong, too: then what is. */
  private Optional<String> prepared(TableVersion version, CommittedSegment segment)
      throws IOException {
    try {
      Coverage stale = version.stale(segment);
      if (!stale.isEmpty()) {
        return Optional.of(stale + " were rewritten after it was built");
      }
      boolean known = publishing.known().contains(segment.uuid(), segment.coverage());
      Optional<String> wrong = known ? Optional.empty() : version.wrongEntries(segment);
      if (wrong.isEmpty()) {
        ready.put(segment, rewrite(version, segment));
      }
      return wrong;
    } catch (UnreadableSegmentException e) {
      return Optional.of(
          "it holds what its rows have left and cannot be rewritten: " + e.getMessage());
    }
  }

  private UnpublishedSegment rewrite(TableVersion version, CommittedSegment segment)
      throws IOException {
    SegmentPlan plan =
        SegmentPlan.of(
            publishing.table().modelOf(segment.uuid()),
            List.of(),
            List.of(segment),
            version.manifest(),
            publishing.uuids());
    return gate.successor(version, version.build(plan), segment);
  }

  /**
   * Puts rewritten segments in the place of worn ones, in one version.
   *
   * @return whether no other writer was faster
   */
  boolean purge(TableVersion version, List<CommittedSegment> worn) throws IOException {
    Optional<List<UnpublishedSegment>> found = rewritten(version, worn);
    if (found.isEmpty()) {
      return false;
    }
    Set<UUID> replaced = uuids(worn);
    List<UnpublishedSegment> successors = found.get();
    CommitOutcome outcome =
        successors.isEmpty() ? version.withdraw(replaced) : version.publish(successors, replaced);
    if (outcome instanceof CommitOutcome.Committed committed) {
      published(replaced, successors, committed.version());
      race.settle(
          version.manifest(),
          committed,
          successors.stream().map(UnpublishedSegment::uuid).collect(Collectors.toSet()));
      return true;
    }
    publishing.events().conflicted(replaced, outcome);
    return false;
  }

  /** Notes that successors of worn segments are committed, of some none. */
  void published(Set<UUID> worn, List<UnpublishedSegment> successors, long version) {
    successors.forEach(
        segment -> publishing.known().add(segment.uuid(), segment.plan().coverage()));
    if (!worn.isEmpty()) {
      publishing.events().purged(worn, successors, version);
    }
    ready.clear();
  }

  static Set<UUID> uuids(List<CommittedSegment> segments) {
    return segments.stream().map(CommittedSegment::uuid).collect(Collectors.toSet());
  }
}
