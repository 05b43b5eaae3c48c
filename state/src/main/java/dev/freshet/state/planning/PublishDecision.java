package dev.freshet.state.planning;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  /**
   * An earlier attempt has committed it over fragments that another writer had rewritten in place
   * just before: remove it, so that they are indexed anew.
   */
  record Withdraw(Coverage rewritten) implements PublishDecision {}

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
      Map<Integer, Long> read = new HashMap<>();
      plan.shards().stream()
          .flatMap(shard -> shard.ranges().stream())
          .forEach(range -> read.put(range.fragment(), range.fingerprint()));
      Coverage rewritten = rewritten(plan.uuid(), read, manifest);
      return rewritten.isEmpty() ? new AlreadyPublished() : new Withdraw(rewritten);
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

  /**
   * The fragments that a committed segment covers though it holds what they were before.
   *
   * <p>Lance takes a fragment that is rewritten in place off the coverage of what is committed, but
   * lets a segment be committed over one that was rewritten since the version that its transaction
   * names. So the segment covers the fragment, and the fragment is another.
   *
   * @param read fingerprints of the fragments when their rows were read, as far as they are known
   */
  static Coverage rewritten(UUID segment, Map<Integer, Long> read, ManifestVersion manifest) {
    Coverage covered =
        Coverage.union(
            manifest.index().segments().stream()
                .filter(one -> one.uuid().equals(segment))
                .map(CommittedSegment::coverage));
    return Coverage.of(
        manifest.fragments().stream()
            .filter(fragment -> covered.contains(fragment.id()))
            .filter(
                fragment ->
                    read.getOrDefault(fragment.id(), fragment.fingerprint())
                        != fragment.fingerprint())
            .mapToInt(Fragment::id));
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
