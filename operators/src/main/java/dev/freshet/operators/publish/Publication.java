package dev.freshet.operators.publish;

import dev.freshet.operators.lance.CompactionResult;
import dev.freshet.state.model.BuiltSegment;

/** What the sink commits. */
public sealed interface Publication {

  /**
   * A segment to publish.
   *
   * @param details Lance's description of the index: a protobuf Any, as bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // opaque bytes, never compared
  record Segment(BuiltSegment built, byte[] details) implements Publication {}

  /** Rewritten fragments to swap in. */
  record Compaction(CompactionResult result) implements Publication {}
}
