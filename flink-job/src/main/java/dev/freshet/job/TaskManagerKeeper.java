package dev.freshet.job;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.util.ExecutorUtils;
import org.apache.flink.util.concurrent.ExecutorThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts another task manager in the place of one that a fatal error has ended: in a cluster inside
 * one process nobody else does, and a job would wait for its slots for ever.
 */
final class TaskManagerKeeper implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TaskManagerKeeper.class);
  private static final Duration TICK = Duration.ofSeconds(1);

  /** A task may hang in native code; then it is left behind. */
  private static final Duration MAX_FOR_AN_END = Duration.ofSeconds(30);

  private final MiniCluster cluster;
  private final TaskManagerWatch.Limits limits;
  private final TaskManagerWatch watch;
  private final ExecutorService thread;
  private final CompletableFuture<IOException> failure = new CompletableFuture<>();

  /** Index of the task manager that should be there. */
  private int current;

  private TaskManagerKeeper(MiniCluster cluster, TaskManagerWatch.Limits limits) {
    this.cluster = cluster;
    this.limits = limits;
    this.watch = new TaskManagerWatch(limits, now());
    this.thread =
        Executors.newSingleThreadExecutor(new ExecutorThreadFactory("task-manager-keeper"));
  }

  /** Watches over a cluster that was started with one task manager. */
  static TaskManagerKeeper start(MiniCluster cluster, TaskManagerWatch.Limits limits) {
    TaskManagerKeeper keeper = new TaskManagerKeeper(cluster, limits);
    keeper.thread.execute(keeper::keep);
    return keeper;
  }

  /** Why, in one line, the cluster will run nothing any more; completes when that is so. */
  CompletableFuture<IOException> failure() {
    return failure;
  }

  private void keep() {
    try {
      while (!failure.isDone()) {
        Thread.sleep(TICK.toMillis());
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  /** Memory that has run out must not end this too. */
  private void look() throws InterruptedException {
    try {
      int taskManagers = cluster.getResourceOverview().get().getNumberTaskManagers();
      switch (watch.decide(taskManagers, now())) {
        case WAIT -> {}
        case REPLACE -> replace();
        case GIVE_UP -> fail(inVain());
      }
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception | OutOfMemoryError e) { // MiniCluster declares any
      notLooked(e);
    }
  }

  private String inVain() {
    return String.format(
        "The task manager ended more than %d times in %d minutes: its errors are above; if memory"
            + " ran out, give more by FRESHET_HEAP",
        limits.most(), limits.window().toMinutes());
  }

  private void replace() throws Exception {
    LOG.warn("The task manager has ended, another takes its place");
    try {
      cluster.terminateTaskManager(current).get(MAX_FOR_AN_END.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn("What is left of the task manager cannot be closed", e);
    }
    cluster.startTaskManager();
    current++;
  }

  private void notLooked(Throwable e) {
    if (cluster.isRunning()) {
      LOG.warn("Cannot see after the task manager: {}", String.valueOf(e));
    } else {
      fail("Flink has ended inside this process: its errors are above");
    }
  }

  private void fail(String message) {
    failure.complete(new IOException(message));
  }

  private static Duration now() {
    return Duration.ofNanos(System.nanoTime());
  }

  @Override
  public void close() {
    thread.shutdownNow();
    ExecutorUtils.gracefulShutdown(MAX_FOR_AN_END.toSeconds(), TimeUnit.SECONDS, thread);
  }
}
