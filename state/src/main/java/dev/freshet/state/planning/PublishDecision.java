package dev.freshet.state.planning;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** What to do with a built segment, given the manifest version that a commit would follow. */
public sealed interface PublishDecision {

  /** Commit it, and remove exactly these segments in the same transaction. */
  record Publish(List<CommittedSegment> replaced) implements PublishDecision {
    public Publish {
      replaced = List.copyOf(replaced);
    }
  }

  /** Build again from the inputs that are still of use; what was built is garbage. */
  record Replan(SegmentPlan plan) implements PublishDecision {}

  /** An earlier attempt has committed it. */
  record AlreadyPublished() implements PublishDecision {}

  /** Nothing new is left in it; what was built is garbage. */
  record Drop(String reason) implements PublishDecision {}

  /**
   * Publishes only if every fragment of the coverage is live and unchanged, none is covered by a
   * segment that stays, and the absorbed segments are committed exactly as they were planned.
   *
   * <p>The decision holds for this manifest version only: commit against it, and decide again from
   * a fresh one if the commit fails.
   *
   * @param uuids asked for the uuid of a plan that must be built again
   */
  static PublishDecision of(SegmentPlan plan, ManifestVersion manifest, Supplier<UUID> uuids) {
    List<CommittedSegment> committed = manifest.index().segments();
    if (committed.stream().anyMatch(segment -> segment.uuid().equals(plan.uuid()))) {
      return new AlreadyPublished();
    }
    List<CommittedSegment> absorbed = plan.absorbed().stream().filter(committed::contains).toList();
    Fingerprints live = new Fingerprints(manifest);
    List<SealedShard> shards = plan.shards().stream().filter(live::isOpen).toList();
    boolean complete =
        absorbed.size() == plan.absorbed().size() && shards.size() == plan.shards().size();
    if (complete && manifest.live().containsAll(plan.coverage())) {
      return new Publish(absorbed);
    }
    if (shards.isEmpty()) {
      return new Drop(reason(plan, manifest));
    }
    return new Replan(SegmentPlan.of(plan.model(), shards, absorbed, manifest, uuids));
  }

  private static String reason(SegmentPlan plan, ManifestVersion manifest) {
    Coverage gone = plan.coverage().minus(manifest.live());
    return "Nothing new is left in segment "
        + plan.uuid()
        + " at version "
        + manifest.version()
        + ": of "
        + plan.coverage()
        + " fragments "
        + gone
        + " are gone and "
        + plan.coverage().intersect(manifest.covered())
        + " are covered; others may have been overwritten";
  }
}
