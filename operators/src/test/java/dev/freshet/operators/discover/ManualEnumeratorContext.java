package dev.freshet.operators.discover;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** Runs what is asked of it when the test says so, on the test's thread. */
final class ManualEnumeratorContext implements SplitEnumeratorContext<WorkSplit> {

  final List<WorkSplit> assigned = new ArrayList<>();
  final List<Integer> ended = new ArrayList<>();
  final Queue<Runnable> calls = new ArrayDeque<>();
  final List<Long> periods = new ArrayList<>();
  final List<Boolean> quiet = new ArrayList<>();
  private final Map<Integer, ReaderInfo> readers = new HashMap<>();

  void register(int subtask) {
    readers.put(subtask, new ReaderInfo(subtask, "here"));
  }

  /** Runs the next call that waits, and hands its result over. */
  void runNext() {
    calls.remove().run();
  }

  @Override
  public <T> void callAsync(Callable<T> callable, BiConsumer<T, Throwable> handler) {
    calls.add(() -> run(callable, handler));
  }

  @Override
  public <T> void callAsync(
      Callable<T> callable, BiConsumer<T, Throwable> handler, long delay, long period) {
    periods.add(period);
    calls.add(
        new Runnable() {
          @Override
          public void run() {
            calls.add(this);
            ManualEnumeratorContext.run(callable, handler);
          }
        });
  }

  private static <T> void run(Callable<T> callable, BiConsumer<T, Throwable> handler) {
    T result;
    try {
      result = callable.call();
    } catch (Exception e) {
      handler.accept(null, e);
      return;
    }
    handler.accept(result, null);
  }

  @Override
  public SplitEnumeratorMetricGroup metricGroup() {
    return UnregisteredMetricsGroup.createSplitEnumeratorMetricGroup();
  }

  @Override
  public void sendEventToSourceReader(int subtask, SourceEvent event) {
    throw new UnsupportedOperationException("Discovery sends no events");
  }

  @Override
  public int currentParallelism() {
    return 1;
  }

  @Override
  public Map<Integer, ReaderInfo> registeredReaders() {
    return readers;
  }

  @Override
  public void assignSplits(SplitsAssignment<WorkSplit> assignment) {
    assignment.assignment().values().forEach(assigned::addAll);
  }

  @Override
  public void signalNoMoreSplits(int subtask) {
    ended.add(subtask);
  }

  @Override
  public void setIsProcessingBacklog(boolean backlog) {
    quiet.add(backlog);
  }

  @Override
  public void runInCoordinatorThread(Runnable runnable) {
    runnable.run();
  }
}
