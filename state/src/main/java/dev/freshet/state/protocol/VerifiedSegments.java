package dev.freshet.state.protocol;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.LogicalIndex;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Segments that this publisher has found right, over the fragments that they covered then. */
public final class VerifiedSegments {

  private final Map<UUID, Coverage> coverage = new HashMap<>();

  public void add(UUID segment, Coverage fragments) {
    coverage.put(segment, fragments);
  }

  /** Whether the segment was found right over all of these fragments. */
  public boolean contains(UUID segment, Coverage fragments) {
    return coverage.getOrDefault(segment, Coverage.empty()).containsAll(fragments);
  }

  /** Forgets the segments that are committed no more. */
  void retain(LogicalIndex index) {
    Set<UUID> committed =
        index.segments().stream().map(CommittedSegment::uuid).collect(Collectors.toSet());
    coverage.keySet().retainAll(committed);
  }
}
