package dev.freshet.state.planning;

import dev.freshet.state.model.ModelReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Merges candidates, on paper, until no tier overflows. What one merge makes may overflow the next
 * tier; then its inputs go there directly and are written once.
 */
final class TieredMerge {

  private final SegmentPolicy policy;
  private final Optional<ModelReference> model;

  /**
   * @param model of what it merges
   */
  TieredMerge(SegmentPolicy policy, Optional<ModelReference> model) {
    this.policy = policy;
    this.model = model;
  }

  List<MergeCandidate> settle(List<MergeCandidate> candidates) {
    List<MergeCandidate> settled = new ArrayList<>(candidates);
    settled.sort(MergeCandidate.BY_FRAGMENT);
    for (Optional<List<MergeCandidate>> merge = next(settled);
        merge.isPresent();
        merge = next(settled)) {
      settled.removeAll(merge.get());
      settled.add(MergeCandidate.merge(model, merge.get()));
      settled.sort(MergeCandidate.BY_FRAGMENT);
    }
    return settled;
  }

  /** A merge in the lowest tier that overflows. */
  private Optional<List<MergeCandidate>> next(List<MergeCandidate> candidates) {
    return candidates.stream()
        .filter(candidate -> !policy.full(candidate.rows()))
        .collect(
            Collectors.groupingBy(
                candidate -> policy.tier(candidate.rows()), TreeMap::new, Collectors.toList()))
        .values()
        .stream()
        .filter(members -> members.size() >= policy.segmentsPerTier())
        .findFirst()
        .map(this::cheapestRun);
  }

  /**
   * The longest run of neighbours that makes no segment above the maximum, among equally long ones
   * that of the fewest rows. Two always fit, since none is more than half full.
   */
  private List<MergeCandidate> cheapestRun(List<MergeCandidate> members) {
    for (int length = policy.segmentsPerTier(); length > 2; length--) {
      List<List<MergeCandidate>> fitting =
          runs(members, length).stream()
              .filter(run -> rows(run) <= policy.maxSegmentRows())
              .toList();
      if (!fitting.isEmpty()) {
        return cheapest(fitting);
      }
    }
    return cheapest(runs(members, 2));
  }

  private static List<List<MergeCandidate>> runs(List<MergeCandidate> members, int length) {
    List<List<MergeCandidate>> runs = new ArrayList<>();
    for (int start = 0; start + length <= members.size(); start++) {
      runs.add(List.copyOf(members.subList(start, start + length)));
    }
    return runs;
  }

  private static List<MergeCandidate> cheapest(List<List<MergeCandidate>> runs) {
    return runs.stream().min(Comparator.comparingLong(TieredMerge::rows)).orElseThrow();
  }

  private static long rows(List<MergeCandidate> run) {
    return run.stream().mapToLong(MergeCandidate::rows).sum();
  }
}
