package dev.freshet.state.model;

import java.util.Objects;
import java.util.UUID;

/** A segment that a manifest names: one directory {@code _indices/<uuid>/} and what it covers. */
public record CommittedSegment(UUID uuid, Coverage coverage) {

  public CommittedSegment {
    Objects.requireNonNull(uuid, "uuid");
    Objects.requireNonNull(coverage, "coverage");
  }
}
