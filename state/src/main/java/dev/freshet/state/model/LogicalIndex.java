package dev.freshet.state.model;

import java.util.List;
import java.util.Objects;

/** The index a user sees, by name. */
public record LogicalIndex(String name, List<CommittedSegment> segments) {

  public LogicalIndex {
    Objects.requireNonNull(name, "name");
    segments = List.copyOf(segments);
  }

  /** The fragments that its segments cover, also those that have left the manifest since. */
  public Coverage coverage() {
    return Coverage.union(segments.stream().map(CommittedSegment::coverage));
  }
}
