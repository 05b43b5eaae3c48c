package dev.freshet.sql.source;

import dev.freshet.operators.discover.CheckpointGate;
import dev.freshet.operators.discover.ReaderResumed;
import dev.freshet.sql.table.SourceOptions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.util.FlinkRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives fragments to the readers that ask for one.
 *
 * <p>The manifest is looked at on the IO thread; everything else is on the coordinator thread. A
 * streaming scan tries again when a look fails, {@link #MAX_FAILURES} times in a row. Readers that
 * ask while a checkpoint is under way are answered when they go on behind it, see {@link
 * CheckpointGate}.
 */
final class ScanEnumerator implements SplitEnumerator<FragmentSplit, ScanProgress> {

  static final int MAX_FAILURES = 10;

  /** No look is taken while so many splits wait. */
  static final int MAX_PENDING = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(ScanEnumerator.class);

  private final SplitEnumeratorContext<FragmentSplit> context;
  private final ScanSettings settings;
  private final InsertObserver observer;
  private final Deque<FragmentSplit> pending;
  private final Set<Integer> asking = new LinkedHashSet<>();
  private final CheckpointGate gate = new CheckpointGate();

  /** Read by the IO thread. */
  private volatile long version;

  private volatile boolean full;
  private int failures;

  ScanEnumerator(
      SplitEnumeratorContext<FragmentSplit> context,
      ScanSettings settings,
      InsertObserver observer,
      ScanProgress progress) {
    this.context = context;
    this.settings = settings;
    this.observer = observer;
    this.version = progress.version();
    this.pending = new ArrayDeque<>(progress.pending());
  }

  @Override
  public void start() {
    if (settings.streaming()) {
      long interval = settings.options().get(SourceOptions.POLL_INTERVAL).toMillis();
      context.callAsync(this::look, this::found, 0, interval);
    } else if (version == 0) {
      context.callAsync(this::look, this::found);
    }
  }

  private InsertObserver.Found look() {
    long from = version;
    return full ? new InsertObserver.Found(from, from, List.of()) : observer.look(from);
  }

  private void found(InsertObserver.Found found, Throwable failure) {
    if (failure != null) {
      failed(failure);
      return;
    }
    failures = 0;
    if (found.from() == version) { // else a look that began before the last one was heard of
      version = found.to();
      pending.addAll(found.splits());
      assign();
    }
  }

  private void failed(Throwable failure) {
    failures++;
    if (!settings.streaming() || failures >= MAX_FAILURES) {
      throw new FlinkRuntimeException(
          "Cannot find what to read of " + settings.location() + ": " + failure.getMessage(),
          failure);
    }
    LOG.warn("Cannot look at {} ({} of {})", settings.location(), failures, MAX_FAILURES, failure);
  }

  private void assign() {
    answer();
    full = pending.size() >= MAX_PENDING;
  }

  private void answer() {
    asking.retainAll(context.registeredReaders().keySet());
    for (int reader : asking.stream().filter(gate::isOpen).toList()) {
      if (!pending.isEmpty()) {
        context.assignSplit(pending.removeFirst(), reader);
        asking.remove(reader);
      } else if (version > 0 && !settings.streaming()) {
        context.signalNoMoreSplits(reader);
        asking.remove(reader);
      }
    }
  }

  @Override
  public void handleSplitRequest(int subtask, String hostname) {
    asking.add(subtask);
    assign();
  }

  @Override
  public void addSplitsBack(List<FragmentSplit> splits, int subtask) {
    splits.forEach(pending::addFirst);
    assign();
  }

  @Override
  public void addReader(int subtask) {
    gate.renewed(subtask); // a reader asks when it has nothing to read
  }

  @Override
  public void handleSourceEvent(int subtask, SourceEvent event) {
    gate.resumed(subtask, (ReaderResumed) event);
    assign();
  }

  @Override
  public ScanProgress snapshotState(long checkpoint) {
    gate.begin(checkpoint);
    return new ScanProgress(version, List.copyOf(pending));
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
    observer.close();
  }
}
