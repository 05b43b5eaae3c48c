package dev.freshet.operators.publish;

import dev.freshet.lance.commit.CommitOutcome;
import dev.freshet.lance.dataset.DatasetHandle;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes segments that cost answers out of the index: readers then search their fragments by brute
 * force, rightly, and discovery has them indexed anew.
 */
final class Withdrawal {

  private static final Logger LOG = LoggerFactory.getLogger(Withdrawal.class);

  private final PublishContext context;

  Withdrawal(PublishContext context) {
    this.context = context;
  }

  /**
   * Withdraws the segments, and counts those that are gone.
   *
   * @param dataset the version in which they were found wrong
   * @param reason what is wrong with them, one line
   * @return whether no other writer was faster
   */
  boolean isCommitted(DatasetHandle dataset, Set<UUID> segments, String reason) {
    CommitOutcome outcome = context.publisher().withdraw(dataset, context.index(), segments);
    if (outcome instanceof CommitOutcome.Committed committed) {
      context.metrics().withdrawn(segments.size());
      LOG.error(
          "Segments {} of index {} were withdrawn in version {}, their fragments are indexed anew:"
              + " {}",
          segments,
          context.index(),
          committed.version(),
          reason);
      return true;
    }
    context.metrics().conflict();
    LOG.info(
        "Segments {} of index {} are not withdrawn yet: {}", segments, context.index(), outcome);
    return false;
  }
}
