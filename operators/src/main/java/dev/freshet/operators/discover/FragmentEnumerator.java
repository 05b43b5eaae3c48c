package dev.freshet.operators.discover;

import dev.freshet.lance.dataset.MissingDatasetException;
import dev.freshet.operators.garbage.GarbageUpkeep;
import dev.freshet.operators.metrics.IndexMetrics;
import dev.freshet.operators.options.StreamOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.util.FlinkRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs discovery: looks at the manifest on the IO thread, decides and assigns on the coordinator
 * thread.
 *
 * <p>A look that fails is tried again at the next poll; after {@link #MAX_FAILURES} in a row the
 * job fails, and Flink's restart strategy decides.
 *
 * <p>Nothing is assigned while a checkpoint is under way, nor to a reader that it has stopped, see
 * {@link CheckpointGate}.
 *
 * <p>Once there has been no work for a while, checkpoints are rare. Flink knows one reason for
 * that, a backlog, so this calls it one; the next work ends it. In a job that is not the stream's
 * own, nothing is told: others may mean something else by a backlog.
 */
final class FragmentEnumerator implements SplitEnumerator<WorkSplit, DiscoveryState> {

  static final int MAX_FAILURES = 10;

  /** How long there may be no work until checkpoints become rare. */
  static final Duration QUIET_AFTER = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(FragmentEnumerator.class);
  private static final int READER = 0;

  private final SplitEnumeratorContext<WorkSplit> context;
  private final StreamOptions options;
  private final ManifestObserver observer;
  private final Discovery discovery;
  private final boolean followsSink;
  private final IndexMetrics metrics;
  private final Optional<GarbageUpkeep> upkeep;

  /** Versions that work in flight reads; for the upkeep's thread. */
  private volatile Set<Long> needed;

  private boolean finished;

  /** Whether the reader was told that no more comes: one that is done fails if told again. */
  private boolean ended;

  private final QuietTime quietTime;
  private boolean quiet;

  /** What Flink was told last; it remembers what a job said before it was restored. */
  private Optional<Boolean> toldQuiet = Optional.empty();

  private int failures;
  private final CheckpointGate gate = new CheckpointGate();

  FragmentEnumerator(
      SplitEnumeratorContext<WorkSplit> context,
      StreamOptions options,
      ManifestObserver observer,
      Discovery discovery,
      boolean followsSink) {
    this(context, options, observer, discovery, followsSink, QUIET_AFTER);
  }

  FragmentEnumerator(
      SplitEnumeratorContext<WorkSplit> context,
      StreamOptions options,
      ManifestObserver observer,
      Discovery discovery,
      boolean followsSink,
      Duration quietAfter) {
    this.quietTime = new QuietTime(quietAfter);
    this.followsSink = followsSink;
    this.context = context;
    this.options = options;
    this.observer = observer;
    this.discovery = discovery;
    this.needed = discovery.versionsInFlight();
    this.upkeep = GarbageUpkeep.of(options, () -> needed);
    this.metrics = new IndexMetrics(context.metricGroup(), Clock.systemUTC());
  }

  @Override
  public void start() {
    upkeep.ifPresent(GarbageUpkeep::start);
    if (options.once()) {
      context.callAsync(observer::observe, this::advance);
    } else {
      context.callAsync(observer::observe, this::advance, 0, options.pollInterval().toMillis());
    }
  }

  /** On the coordinator thread, with what the IO thread saw. */
  private void advance(Observation observation, Throwable failure) {
    if (failure != null) {
      if (!isNotThereYet(failure)) {
        retry(failure);
      }
      return;
    }
    failures = 0;
    metrics.observed(observation.manifest());
    Instant now = Instant.now();
    boolean rechecks = discovery.advance(observation, now);
    needed = discovery.versionsInFlight();
    quiet = quietTime.look(rechecks || discovery.isWorking(), now);
    finished =
        options.once() || finished || (observation.ended() && discovery.handedOut(observation));
    assign();
  }

  /** A sink creates its dataset when it starts to write. */
  private boolean isNotThereYet(Throwable failure) {
    return followsSink && failure instanceof MissingDatasetException;
  }

  private void retry(Throwable failure) {
    if (failures == MAX_FAILURES) {
      return; // the job fails already, and each further failure would lengthen its backoff
    }
    failures++;
    metrics.failed();
    LOG.warn(
        "Cannot read the manifest of {} ({} of {})",
        options.dataset(),
        failures,
        MAX_FAILURES,
        failure);
    if (failures == MAX_FAILURES) {
      throw new FlinkRuntimeException("Cannot read the manifest of " + options.dataset(), failure);
    }
    if (options.once()) {
      context.callAsync(observer::observe, this::advance);
    }
  }

  private void assign() {
    if (!gate.isOpen(READER) || !context.registeredReaders().containsKey(READER)) {
      return;
    }
    Consumer<WorkSplit> toReader = split -> context.assignSplit(split, READER);
    discovery.takePending().forEach(toReader);
    tellQuiet();
    if (finished && !ended) {
      context.signalNoMoreSplits(READER);
      ended = true;
    }
  }

  /** An event to the reader, too, so it keeps to the gate as work does. */
  private void tellQuiet() {
    if (!followsSink && !options.once() && !toldQuiet.equals(Optional.of(quiet))) {
      context.setIsProcessingBacklog(quiet);
      toldQuiet = Optional.of(quiet);
    }
  }

  @Override
  public void addReader(int subtask) {
    gate.renewed(subtask);
    ended = false;
    assign();
  }

  @Override
  public void addSplitsBack(List<WorkSplit> splits, int subtask) {
    discovery.giveBack(splits);
    assign();
  }

  @Override
  public void handleSplitRequest(int subtask, String hostname) {
    // The reader never asks: work is pushed to it as it is found.
  }

  @Override
  public void handleSourceEvent(int subtask, SourceEvent event) {
    gate.resumed(subtask, (ReaderResumed) event);
    assign();
  }

  @Override
  public DiscoveryState snapshotState(long checkpoint) {
    gate.begin(checkpoint);
    return discovery.state();
  }

  @Override
  public void notifyCheckpointComplete(long checkpoint) {
    gate.complete(checkpoint);
    assign();
  }

  @Override
  public void notifyCheckpointAborted(long checkpoint) {
    gate.abort(checkpoint);
    assign();
  }

  @Override
  public void close() {
    upkeep.ifPresent(GarbageUpkeep::close);
    observer.close();
  }
}
