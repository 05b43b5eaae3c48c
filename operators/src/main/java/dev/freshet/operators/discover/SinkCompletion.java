package dev.freshet.operators.discover;

import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.MissingDatasetException;
import dev.freshet.lance.manifest.TransactionHistory;
import dev.freshet.state.model.AppendToken;
import dev.freshet.state.model.SinkId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Finds out from the dataset whether a table's sink has appended its last rows.
 *
 * <p>Looks back only to the sink's latest append, or to the versions that were looked at before, or
 * to the time when the sink was planned.
 */
final class SinkCompletion {

  /** How far the clocks of the planner and of the writers may differ. */
  private static final Duration CLOCK_SKEW = Duration.ofHours(1);

  private final SinkId sink;
  private final Instant start;
  private final DatasetFiles files;
  private long seenUpTo;
  private boolean reached;

  /**
   * @param files the files of the table's dataset
   */
  SinkCompletion(SinkId sink, DatasetFiles files) {
    this.files = files;
    this.sink = sink;
    this.start = sink.planned().minus(CLOCK_SKEW);
  }

  /** Whether the open version has all rows of the sink. */
  boolean reached(DatasetHandle dataset) {
    if (!reached && dataset.version() > seenUpTo) {
      reached = latestAppend(dataset).filter(AppendToken::last).isPresent();
      seenUpTo = dataset.version();
    }
    return reached;
  }

  private Optional<AppendToken> latestAppend(DatasetHandle dataset) {
    try {
      return TransactionHistory.findBack(
              dataset, files, seenUpTo, entry -> ofSink(entry).isPresent() || isTooOld(entry))
          .flatMap(this::ofSink);
    } catch (MissingDatasetException e) { // cleaned up: older than anything the sink commits
      return Optional.empty();
    }
  }

  private Optional<AppendToken> ofSink(TransactionHistory.Entry entry) {
    return AppendToken.of(entry.properties()).filter(token -> token.sink().equals(sink));
  }

  private boolean isTooOld(TransactionHistory.Entry entry) {
    return entry.committedAt().isBefore(start);
  }
}
