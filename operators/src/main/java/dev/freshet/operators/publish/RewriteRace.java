package dev.freshet.operators.publish;

import dev.freshet.lance.commit.CommitOutcome;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.ManifestReader;
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

  private final PublishContext context;
  private final Withdrawal withdrawal;

  RewriteRace(PublishContext context) {
    this.context = context;
    this.withdrawal = new Withdrawal(context);
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
      try (DatasetHandle dataset = context.versions().latest()) {
        ManifestVersion manifest = ManifestReader.read(dataset, context.index());
        Set<UUID> stale = new HashSet<>(segments);
        stale.removeIf(
            segment ->
                PublishDecision.rewritten(segment, decided.fingerprints(), manifest).isEmpty());
        if (stale.isEmpty() || isWithdrawn(dataset, stale)) {
          return;
        }
      }
    }
    throw new IOException(
        "Segments of index "
            + context.index()
            + " over rewritten fragments could not be withdrawn");
  }

  /** Withdraws segments over rewritten fragments; whether no other writer was faster. */
  boolean isWithdrawn(DatasetHandle dataset, Set<UUID> segments) {
    return withdrawal.isCommitted(
        dataset, segments, "another writer rewrote fragments in place just before their commit");
  }
}
