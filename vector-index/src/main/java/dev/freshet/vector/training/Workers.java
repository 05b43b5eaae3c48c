package dev.freshet.vector.training;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A fixed number of threads that share loops over independent items. */
final class Workers implements AutoCloseable {
  private final int parallelism;
  private final ExecutorService threads;

  /** A part of a loop. */
  interface Range {
    void run(int from, int to);
  }

  Workers(int parallelism) {
    if (parallelism < 1) {
      throw new IllegalArgumentException("Training takes at least 1 thread, not " + parallelism);
    }
    this.parallelism = parallelism;
    this.threads =
        Executors.newFixedThreadPool(
            parallelism,
            task -> {
              Thread thread = new Thread(task, "freshet-train");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Runs {@code range} over [0, items), in one contiguous part a thread, and waits. */
  void run(int items, Range range) {
    List<Callable<Void>> parts = new ArrayList<>();
    for (int i = 0; i < parallelism; i++) {
      int from = (int) ((long) items * i / parallelism);
      int to = (int) ((long) items * (i + 1) / parallelism);
      if (from < to) {
        parts.add(
            () -> {
              range.run(from, to);
              return null;
            });
      }
    }
    try {
      for (Future<Void> part : threads.invokeAll(parts)) {
        part.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while training a model", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Training a model failed", e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
