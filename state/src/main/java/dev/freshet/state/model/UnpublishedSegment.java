package dev.freshet.state.model;

import java.util.Objects;
import java.util.UUID;

/**
 * A built segment with what the manifest will be told of it.
 *
 * @param details Lance's description of the index: a protobuf Any, as bytes
 */
@SuppressWarnings("ArrayRecordComponent") // opaque bytes, never compared
public record UnpublishedSegment(BuiltSegment built, byte[] details) {

  public UnpublishedSegment {
    Objects.requireNonNull(built, "built");
    Objects.requireNonNull(details, "details");
  }

  /** What it was built from. */
  public SegmentPlan plan() {
    return built.plan();
  }

  /** Name of its directory {@code _indices/<uuid>/}. */
  public UUID uuid() {
    return built.plan().uuid();
  }

  /** The segment as a manifest that names it would have it. */
  public CommittedSegment committed() {
    return new CommittedSegment(uuid(), plan().coverage());
  }
}
