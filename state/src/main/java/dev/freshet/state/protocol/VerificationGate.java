package dev.freshet.state.protocol;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import java.io.IOException;
import java.util.Set;
import java.util.UUID;

/**
 * Lets nothing through that was not queried, nor what answers worse than the segments that it
 * replaces, nor what is about to be garbage, as after a restore from an old savepoint: a segment
 * that fails is rebuilt from its fragments, as often as its type is worth it, and if that fails
 * too, the job stops.
 */
public final class VerificationGate {

  private final Publishing publishing;

  public VerificationGate(Publishing publishing) {
    this.publishing = publishing;
  }

  /**
   * The segment, or the one that was rebuilt in its place.
   *
   * @param replaced segments that are replaced by it
   * @throws WrongSegmentException if the rebuilt one is wrong too: trying again would not help
   */
  public UnpublishedSegment verified(
      TableVersion version, UnpublishedSegment segment, Set<UUID> replaced) throws IOException {
    return verified(version, segment, replaced, replaced);
  }

  /**
   * The same for what takes the place of a worn segment, whose answers are no measure: a graph over
   * many rows that are masked answers by brute force.
   */
  UnpublishedSegment successor(
      TableVersion version, UnpublishedSegment segment, CommittedSegment worn) throws IOException {
    return verified(version, segment, Set.of(worn.uuid()), Set.of());
  }

  /**
   * @param compared those of the replaced segments that it must not fall behind
   */
  private UnpublishedSegment verified(
      TableVersion version, UnpublishedSegment segment, Set<UUID> replaced, Set<UUID> compared)
      throws IOException {
    SegmentPlan plan = segment.plan();
    if (!publishing.table().isAlmostGarbage(plan.uuid())
        && version.answers(segment, replaced, compared)) {
      return segment;
    }
    for (int rebuild = 0; rebuild < publishing.type().rebuilds(); rebuild++) {
      UnpublishedSegment rebuilt = rebuilt(version, plan);
      if (version.answers(rebuilt, replaced, compared)) {
        return rebuilt;
      }
    }
    throw new WrongSegmentException(
        "Segment "
            + plan.uuid()
            + " of index "
            + publishing.index()
            + " over fragments "
            + plan.coverage()
            + " does not find its own rows, or less than the segments it replaces, even when"
            + " rebuilt: nothing was published");
  }

  /** The segment of a plan, built from its fragments instead of the plan's inputs. */
  UnpublishedSegment rebuilt(TableVersion version, SegmentPlan plan) throws IOException {
    publishing.events().rebuilt(plan);
    return version.rebuild(plan);
  }
}
