package dev.freshet.state.protocol;

import dev.freshet.state.model.CommitOutcome;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.planning.PublishDecision;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Takes back what was committed over fragments that another writer had rewritten in place between
 * the decision and the commit, which Lance accepts: they are uncovered then, and indexed anew.
 */
final class RewriteRace {

  private final Publishing publishing;
  private final Withdrawal withdrawal;

  RewriteRace(Publishing publishing) {
    this.publishing = publishing;
    this.withdrawal = new Withdrawal(publishing);
  }

  /**
   * Looks at what a commit has covered, unless nobody came between.
   *
   * @param decided the version on which it was decided
   * @param segments the segments that came with it
   */
  void settle(ManifestVersion decided, CommitOutcome.Committed committed, Set<UUID> segments)
      throws IOException {
    if (committed.version() == decided.version() + 1) {
      return;
    }
    for (int attempt = 1; attempt <= SegmentCommitter.MAX_ATTEMPTS; attempt++) {
      try (TableVersion version = publishing.table().afterCommit()) {
        Set<UUID> stale = new HashSet<>(segments);
        stale.removeIf(
            segment ->
                PublishDecision.rewritten(segment, decided.fingerprints(), version.manifest())
                    .isEmpty());
        if (stale.isEmpty() || isWithdrawn(version, stale)) {
          return;
        }
      }
    }
    throw new IOException(
        "Segments of index "
            + publishing.index()
            + " over rewritten fragments could not be withdrawn");
  }

  /** Withdraws segments over rewritten fragments; whether no other writer was faster. */
  boolean isWithdrawn(TableVersion version, Set<UUID> segments) {
    return withdrawal.isCommitted(
        version, segments, "another writer rewrote fragments in place just before their commit");
  }
}
