package dev.freshet.state.planning;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.SealedShard;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A segment as it would be: one that is committed, one that shards would make, or a merge of such.
 *
 * @param live the live fragments it would cover
 * @param rows its live rows
 */
record MergeCandidate(
    Optional<ModelReference> model,
    List<SealedShard> shards,
    List<CommittedSegment> absorbed,
    Coverage live,
    long rows) {

  /** By the first fragment, so that neighbours in the list are neighbours in the dataset. */
  static final Comparator<MergeCandidate> BY_FRAGMENT =
      Comparator.comparingInt(candidate -> candidate.live.first().orElse(Integer.MAX_VALUE));

  /**
   * What the inputs become together; one alone is left as it is.
   *
   * @param model that of all inputs, or one that theirs have grown to
   */
  static MergeCandidate merge(Optional<ModelReference> model, List<MergeCandidate> inputs) {
    return inputs.size() == 1 ? inputs.get(0) : of(model, inputs);
  }

  /** What the inputs become together, by a model that may be none of theirs. */
  static MergeCandidate of(Optional<ModelReference> model, List<MergeCandidate> inputs) {
    return new MergeCandidate(
        model,
        inputs.stream().flatMap(input -> input.shards.stream()).toList(),
        inputs.stream().flatMap(input -> input.absorbed.stream()).toList(),
        Coverage.union(inputs.stream().map(MergeCandidate::live)),
        inputs.stream().mapToLong(MergeCandidate::rows).sum());
  }

  /** Whether there is something to do: a committed segment by itself is left as it is. */
  boolean isWork() {
    return !live.isEmpty() && (!shards.isEmpty() || absorbed.size() > 1);
  }
}
