package dev.freshet.operators.wire;

import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.ShardTask;
import java.util.UUID;

/** What discovery hands out. */
public sealed interface Work {

  /** Rows to index. */
  record Index(ShardTask task) implements Work {}

  /** Covered fragments to rewrite. */
  record Compact(CompactionGroup group) implements Work {}

  /** A committed segment to verify again. */
  record Recheck(UUID segment) implements Work {}
}
