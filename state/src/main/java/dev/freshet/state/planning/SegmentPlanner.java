package dev.freshet.state.planning;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

/** Decides which sealed shards and which small committed segments become one segment. */
public final class SegmentPlanner {

  /**
   * What becomes of the sealed shards.
   *
   * @param plans disjoint, also in the segments that they absorb
   * @param waiting parts of split fragments: to be given to the next call again
   * @param dropped shards of no use any more; their segments are garbage unless another state names
   *     them
   */
  public record Planned(
      List<SegmentPlan> plans, List<SealedShard> waiting, List<SealedShard> dropped) {

    public Planned {
      plans = List.copyOf(plans);
      waiting = List.copyOf(waiting);
      dropped = List.copyOf(dropped);
    }
  }

  private final ManifestVersion manifest;
  private final SegmentPolicy policy;

  private SegmentPlanner(ManifestVersion manifest, SegmentPolicy policy) {
    this.manifest = manifest;
    this.policy = policy;
  }

  /**
   * Plans over a manifest; without sealed shards it still merges tiers that overflow.
   *
   * @param unpublished earlier plans that may still be published: what they claim is left alone
   * @param models of committed segments, by uuid; one that is missing is not absorbed
   * @param uuids asked for the uuids of segments that must be built
   */
  public static Planned plan(
      List<SealedShard> sealed,
      ManifestVersion manifest,
      SegmentPolicy policy,
      List<SegmentPlan> unpublished,
      Map<UUID, Optional<ModelReference>> models,
      Supplier<UUID> uuids) {
    Fingerprints live = new Fingerprints(manifest);
    Coverage claimed =
        Coverage.union(
            unpublished.stream()
                .flatMap(plan -> plan.shards().stream())
                .filter(live::isOpen)
                .map(SealedShard::fragments));
    SealedSelection selection = SealedSelection.of(sealed, live, claimed);
    SegmentPlanner planner = new SegmentPlanner(manifest, policy);

    Map<String, List<MergeCandidate>> byModel = new TreeMap<>();
    planner
        .pack(selection.sets())
        .forEach(fresh -> candidates(byModel, fresh.modelId()).add(fresh));
    planner
        .absorbable(unpublished, models)
        .forEach(old -> candidates(byModel, old.modelId()).add(old));

    TieredMerge merge = new TieredMerge(policy);
    List<SegmentPlan> plans =
        byModel.values().stream()
            .flatMap(candidates -> merge.settle(candidates).stream())
            .filter(MergeCandidate::isWork)
            .map(work -> planner.planOf(work, uuids))
            .toList();
    return new Planned(plans, selection.waiting(), selection.dropped());
  }

  private static List<MergeCandidate> candidates(
      Map<String, List<MergeCandidate>> byModel, String model) {
    return byModel.computeIfAbsent(model, key -> new ArrayList<>());
  }

  private SegmentPlan planOf(MergeCandidate work, Supplier<UUID> uuids) {
    return SegmentPlan.of(work.model(), work.shards(), work.absorbed(), manifest, uuids);
  }

  /** Neighbouring sets of the same model become one segment, up to the maximum of rows. */
  private List<MergeCandidate> pack(List<ShardSet> sets) {
    Map<String, List<MergeCandidate>> byModel = new TreeMap<>();
    sets.forEach(set -> candidates(byModel, ModelReference.id(set.model())).add(candidate(set)));
    return byModel.values().stream().flatMap(fresh -> packOneModel(fresh).stream()).toList();
  }

  private List<MergeCandidate> packOneModel(List<MergeCandidate> fresh) {
    List<MergeCandidate> packed = new ArrayList<>();
    List<MergeCandidate> pack = new ArrayList<>();
    long rows = 0;
    for (MergeCandidate next : fresh) {
      if (!pack.isEmpty() && rows + next.rows() > policy.maxSegmentRows()) {
        packed.add(MergeCandidate.merge(pack));
        pack.clear();
        rows = 0;
      }
      pack.add(next);
      rows += next.rows();
    }
    packed.add(MergeCandidate.merge(pack));
    return packed;
  }

  private MergeCandidate candidate(ShardSet set) {
    return new MergeCandidate(
        set.model(), set.shards(), List.of(), set.fragments(), manifest.liveRows(set.fragments()));
  }

  private List<MergeCandidate> absorbable(
      List<SegmentPlan> unpublished, Map<UUID, Optional<ModelReference>> models) {
    Set<UUID> claimed = new HashSet<>();
    unpublished.forEach(plan -> plan.absorbed().forEach(segment -> claimed.add(segment.uuid())));
    Coverage live = manifest.live();
    return manifest.index().segments().stream()
        .filter(segment -> models.containsKey(segment.uuid()) && !claimed.contains(segment.uuid()))
        .map(segment -> candidate(segment, models.get(segment.uuid()), live))
        .toList();
  }

  private MergeCandidate candidate(
      CommittedSegment segment, Optional<ModelReference> model, Coverage live) {
    Coverage kept = segment.coverage().intersect(live);
    return new MergeCandidate(model, List.of(), List.of(segment), kept, manifest.liveRows(kept));
  }
}
