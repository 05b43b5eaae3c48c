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
import java.util.stream.Stream;

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
  private final ModelLineage lineage;

  private SegmentPlanner(ManifestVersion manifest, SegmentPolicy policy, ModelLineage lineage) {
    this.manifest = manifest;
    this.policy = policy;
    this.lineage = lineage;
  }

  /**
   * Plans over a manifest; without sealed shards it still merges tiers that overflow.
   *
   * @param unpublished earlier plans that may still be published: what they claim is left alone
   * @param models of committed segments, by uuid; one that is missing is not absorbed
   * @param lineage of those models and of the shards'
   * @param recoding bounds what is encoded again
   * @param uuids asked for the uuids of segments that must be built
   */
  public static Planned plan(
      List<SealedShard> sealed,
      ManifestVersion manifest,
      SegmentPolicy policy,
      List<SegmentPlan> unpublished,
      Map<UUID, Optional<ModelReference>> models,
      ModelLineage lineage,
      Recoding recoding,
      Supplier<UUID> uuids) {
    Fingerprints live = new Fingerprints(manifest);
    Coverage claimed =
        Coverage.union(
            unpublished.stream()
                .flatMap(plan -> plan.shards().stream())
                .filter(live::isOpen)
                .map(SealedShard::fragments));
    SealedSelection selection = SealedSelection.of(sealed, live, claimed, lineage);
    SegmentPlanner planner = new SegmentPlanner(manifest, policy, lineage);

    Map<String, Group> groups = new TreeMap<>();
    List<MergeCandidate> ofSeveralModels = new ArrayList<>();
    for (ShardSet set : selection.sets()) {
      MergeCandidate fresh = planner.candidate(set);
      if (planner.isOfSeveralModels(set)) {
        ofSeveralModels.add(fresh);
      } else {
        planner.groupOf(fresh.model(), groups).fresh().add(fresh);
      }
    }
    List<MergeCandidate> outdated = new ArrayList<>();
    for (MergeCandidate old : planner.absorbable(unpublished, models)) {
      if (planner.successor(old).isPresent() && !old.live().isEmpty()) {
        outdated.add(old);
      } else {
        planner.groupOf(old.model(), groups).old().add(old);
      }
    }
    Stream<MergeCandidate> merged =
        groups.values().stream()
            .flatMap(group -> planner.settle(group).stream())
            .filter(MergeCandidate::isWork);
    Stream<MergeCandidate> encodedAgain =
        unpublished.stream().anyMatch(plan -> planner.isOutdated(plan, models))
            ? Stream.empty()
            : planner.encodedAgain(outdated, recoding).stream();
    List<SegmentPlan> plans =
        Stream.of(merged, ofSeveralModels.stream(), encodedAgain)
            .flatMap(work -> work)
            .map(work -> planner.planOf(work, uuids))
            .toList();
    return new Planned(plans, selection.waiting(), selection.dropped());
  }

  /**
   * What may become one segment.
   *
   * @param model of the merged segment: all others have grown to it
   */
  private record Group(
      Optional<ModelReference> model, List<MergeCandidate> fresh, List<MergeCandidate> old) {}

  private Group groupOf(Optional<ModelReference> model, Map<String, Group> groups) {
    Optional<ModelReference> newest = lineage.newest(model);
    return groups.computeIfAbsent(
        ModelReference.id(newest), id -> new Group(newest, new ArrayList<>(), new ArrayList<>()));
  }

  private List<MergeCandidate> settle(Group group) {
    List<MergeCandidate> candidates = new ArrayList<>(pack(group));
    candidates.addAll(group.old());
    return new TieredMerge(policy, group.model()).settle(candidates);
  }

  private SegmentPlan planOf(MergeCandidate work, Supplier<UUID> uuids) {
    return SegmentPlan.of(work.model(), work.shards(), work.absorbed(), manifest, uuids);
  }

  /** Whether a plan encodes segments again. */
  private boolean isOutdated(SegmentPlan plan, Map<UUID, Optional<ModelReference>> models) {
    return plan.absorbed().stream()
        .map(segment -> models.getOrDefault(segment.uuid(), Optional.empty()))
        .anyMatch(model -> lineage.successor(model).isPresent());
  }

  /**
   * The first segments that are to be encoded by what took their model's place, as many as make no
   * full segment. Only one such plan is under way, as it costs most of what a rebuild does.
   */
  private Optional<MergeCandidate> encodedAgain(List<MergeCandidate> outdated, Recoding recoding) {
    List<MergeCandidate> pack = new ArrayList<>();
    long rows = 0;
    for (MergeCandidate next : outdated.stream().sorted(MergeCandidate.BY_FRAGMENT).toList()) {
      boolean rests =
          next.absorbed().stream().anyMatch(one -> recoding.resting().contains(one.uuid()));
      if (next.rows() <= recoding.mostRows() && !rests) {
        rows += next.rows();
        if (!pack.isEmpty() && !fits(next, rows, pack.get(0), recoding)) {
          break;
        }
        pack.add(next);
      }
    }
    return pack.isEmpty()
        ? Optional.empty()
        : Optional.of(MergeCandidate.of(successor(pack.get(0)), pack));
  }

  private boolean fits(MergeCandidate next, long rows, MergeCandidate first, Recoding recoding) {
    return rows <= recoding.mostRows()
        && !policy.full(rows)
        && successor(next).equals(successor(first));
  }

  /** Whether the parts of a split fragment cannot be merged. */
  private boolean isOfSeveralModels(ShardSet set) {
    return set.shards().stream()
            .map(shard -> ModelReference.id(lineage.newest(shard.model())))
            .distinct()
            .count()
        > 1;
  }

  private Optional<ModelReference> successor(MergeCandidate candidate) {
    return lineage.successor(candidate.model());
  }

  /** Neighbouring sets become one segment, up to the maximum of rows. */
  private List<MergeCandidate> pack(Group group) {
    List<MergeCandidate> packed = new ArrayList<>();
    List<MergeCandidate> pack = new ArrayList<>();
    long rows = 0;
    for (MergeCandidate next : group.fresh()) {
      if (!pack.isEmpty() && rows + next.rows() > policy.maxSegmentRows()) {
        packed.add(MergeCandidate.merge(group.model(), pack));
        pack.clear();
        rows = 0;
      }
      pack.add(next);
      rows += next.rows();
    }
    if (!pack.isEmpty()) {
      packed.add(MergeCandidate.merge(group.model(), pack));
    }
    return packed;
  }

  /** Parts of a split fragment may be of several models, that have led to one. */
  private MergeCandidate candidate(ShardSet set) {
    return new MergeCandidate(
        modelOf(set), set.shards(), List.of(), set.fragments(), manifest.liveRows(set.fragments()));
  }

  private Optional<ModelReference> modelOf(ShardSet set) {
    if (set.shards().size() == 1) {
      return set.model();
    }
    return isOfSeveralModels(set) ? lineage.last(set.model()) : lineage.newest(set.model());
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
