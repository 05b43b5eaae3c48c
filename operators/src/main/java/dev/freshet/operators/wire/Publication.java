package dev.freshet.operators.wire;

import dev.freshet.lance.commit.CompactionResult;
import dev.freshet.state.model.UnpublishedSegment;
import java.util.UUID;

/** What the sink commits. */
public sealed interface Publication {

  /** A segment to publish. */
  record Segment(UnpublishedSegment segment) implements Publication {}

  /** Rewritten fragments to swap in. */
  record Compaction(CompactionResult result) implements Publication {}

  /** A committed segment to verify again, and to withdraw if it is damaged. */
  record Recheck(UUID segment) implements Publication {}
}
