package dev.freshet.state.protocol;

import dev.freshet.state.model.CommitOutcome;
import java.util.Set;
import java.util.UUID;

/**
 * Takes segments that cost answers out of the index: readers then search their fragments by brute
 * force, rightly, and discovery has them indexed anew.
 */
final class Withdrawal {

  private final PublishEvents events;

  Withdrawal(Publishing publishing) {
    this.events = publishing.events();
  }

  /**
   * Withdraws the segments.
   *
   * @param version in which they were found wrong
   * @param reason what is wrong with them, one line
   * @return whether no other writer was faster
   */
  boolean isCommitted(TableVersion version, Set<UUID> segments, String reason) {
    CommitOutcome outcome = version.withdraw(segments);
    if (outcome instanceof CommitOutcome.Committed committed) {
      events.withdrawn(segments, committed.version(), reason);
      return true;
    }
    events.conflicted(segments, outcome);
    return false;
  }
}
