package dev.freshet.job;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource.NumberSequenceSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Hands out the number 0 once the checkpoints are over that Flink makes when a job starts, and 1
 * once that is at work.
 */
final class HandOut implements Source<Long, NumberSequenceSplit, Collection<NumberSequenceSplit>> {

  static final CountDownLatch FIRST_AT_WORK = new CountDownLatch(1);
  static final CountDownLatch SECOND_ASSIGNED = new CountDownLatch(1);
  static final CountDownLatch BOTH_ASSIGNED_AT_SNAPSHOT = new CountDownLatch(1);

  private static final long serialVersionUID = 1L;
  private static final long LOOK_MILLIS = 10;
  private static final Duration QUIET = Duration.ofSeconds(1);

  private final NumberSequenceSource numbers = new NumberSequenceSource(0, 1);

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.CONTINUOUS_UNBOUNDED;
  }

  @Override
  public SplitEnumerator<NumberSequenceSplit, Collection<NumberSequenceSplit>> createEnumerator(
      SplitEnumeratorContext<NumberSequenceSplit> context) {
    return restoreEnumerator(
        context,
        List.of(new NumberSequenceSplit("first", 0, 0), new NumberSequenceSplit("second", 1, 1)));
  }

  @Override
  public SplitEnumerator<NumberSequenceSplit, Collection<NumberSequenceSplit>> restoreEnumerator(
      SplitEnumeratorContext<NumberSequenceSplit> context, Collection<NumberSequenceSplit> state) {
    return new Enumerator(context, state);
  }

  @Override
  public SourceReader<Long, NumberSequenceSplit> createReader(SourceReaderContext context) {
    return numbers.createReader(context);
  }

  @Override
  public SimpleVersionedSerializer<NumberSequenceSplit> getSplitSerializer() {
    return numbers.getSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<Collection<NumberSequenceSplit>>
      getEnumeratorCheckpointSerializer() {
    return numbers.getEnumeratorCheckpointSerializer();
  }

  private static final class Enumerator
      implements SplitEnumerator<NumberSequenceSplit, Collection<NumberSequenceSplit>> {

    private final SplitEnumeratorContext<NumberSequenceSplit> context;
    private final Deque<NumberSequenceSplit> left;

    /** Since when no checkpoint is under way; empty before the first one and while one is. */
    private Optional<Instant> idle = Optional.empty();

    Enumerator(
        SplitEnumeratorContext<NumberSequenceSplit> context, Collection<NumberSequenceSplit> left) {
      this.context = context;
      this.left = new ArrayDeque<>(left);
    }

    @Override
    public void start() {
      context.callAsync(Instant::now, (now, failure) -> look(now), 0, LOOK_MILLIS);
    }

    private void look(Instant now) {
      boolean quiet = idle.filter(since -> now.isAfter(since.plus(QUIET))).isPresent();
      if (left.size() == 2 && quiet) {
        context.assignSplit(left.removeFirst(), 0);
      } else if (left.size() == 1 && FIRST_AT_WORK.getCount() == 0) {
        context.assignSplit(left.removeFirst(), 0);
        SECOND_ASSIGNED.countDown();
      }
    }

    @Override
    public Collection<NumberSequenceSplit> snapshotState(long checkpoint) {
      idle = Optional.empty();
      if (left.isEmpty()) {
        BOTH_ASSIGNED_AT_SNAPSHOT.countDown();
      }
      return List.copyOf(left);
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) {
      idle = Optional.of(Instant.now());
    }

    @Override
    public void addReader(int subtask) {
      // There is one before the first checkpoint.
    }

    @Override
    public void handleSplitRequest(int subtask, String hostname) {
      // It gets the next number while it works on another, not when it asks.
    }

    @Override
    public void addSplitsBack(List<NumberSequenceSplit> splits, int subtask) {
      left.addAll(splits);
    }

    @Override
    public void close() {}
  }
}
