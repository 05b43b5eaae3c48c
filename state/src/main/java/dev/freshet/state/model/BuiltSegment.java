package dev.freshet.state.model;

import java.util.Objects;

/**
 * A segment directory that is complete and not yet published; its uuid is the plan's.
 *
 * @param plan what it was built from
 * @param rows rows in it
 * @param bytesWritten bytes that building it wrote, those of its shards too
 */
public record BuiltSegment(SegmentPlan plan, long rows, long bytesWritten) {

  public BuiltSegment {
    Objects.requireNonNull(plan, "plan");
    if (rows < 0 || bytesWritten < 0) {
      throw new IllegalArgumentException("Segment " + plan.uuid() + " cannot have negative sizes");
    }
  }
}
