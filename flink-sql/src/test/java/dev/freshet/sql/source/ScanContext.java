package dev.freshet.sql.source;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.connector.testutils.source.reader.TestingSplitEnumeratorContext;

/** What an enumerator sees of a job whose readers come and go, and what it does to them. */
final class ScanContext extends TestingSplitEnumeratorContext<FragmentSplit> {

  private final Set<Integer> lost = new HashSet<>();

  ScanContext(int readers) {
    super(readers);
    for (int reader = 0; reader < readers; reader++) {
      registerReader(reader, "here");
    }
  }

  /** Runs the looks that are due, and hands on what they found; fails if a job would. */
  void look() throws Exception {
    triggerAllActions();
    for (ScheduledFuture<?> repeated : getExecutorService().getAllPeriodicScheduledTask()) {
      if (repeated.isDone()) { // only by a failure
        repeated.get();
      }
    }
  }

  void lose(int reader) {
    lost.add(reader);
  }

  @Override
  public Map<Integer, ReaderInfo> registeredReaders() {
    Map<Integer, ReaderInfo> there = new HashMap<>(super.registeredReaders());
    there.keySet().removeAll(lost);
    return there;
  }

  /** All that a reader has been given. */
  List<FragmentSplit> given(int reader) {
    return Optional.ofNullable(getSplitAssignments().get(reader))
        .map(SplitAssignmentState::getAssignedSplits)
        .orElse(List.of());
  }

  boolean hasEnded(int reader) {
    return Optional.ofNullable(getSplitAssignments().get(reader))
        .filter(SplitAssignmentState::hasReceivedNoMoreSplitsSignal)
        .isPresent();
  }
}
