package dev.freshet.lance.read;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs the parts of a work on a thread each; a single part on the thread of the caller. */
public final class Parallel {

  /** One part. */
  public interface Part {
    void run() throws IOException;
  }

  private Parallel() {}

  /**
   * Runs all parts to their ends.
   *
   * @throws IOException if a part failed so
   */
  public static void run(List<? extends Part> parts) throws IOException {
    if (parts.size() == 1) {
      parts.get(0).run();
      return;
    }
    ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, parts.size()), Parallel::of);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (Part part : parts) {
        running.add(
            threads.submit(
                () -> {
                  part.run();
                  return true;
                }));
      }
      await(running);
    } finally {
      threads.shutdownNow();
    }
  }

  private static Thread of(Runnable task) {
    Thread thread = new Thread(task, "freshet-part");
    thread.setDaemon(true);
    return thread;
  }

  private static void await(List<Future<?>> running) throws IOException {
    Optional<Throwable> failure = Optional.empty();
    for (Future<?> part : running) {
      Optional<Throwable> of = failure(part);
      failure = failure.isPresent() ? failure : of;
    }
    if (failure.isPresent()) {
      rethrow(failure.get());
    }
  }

  /** Waits in spite of an interruption: no part may go on with what the caller then closes. */
  private static Optional<Throwable> failure(Future<?> part) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          part.get();
          return Optional.empty();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      return Optional.of(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void rethrow(Throwable failure) throws IOException {
    if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    }
    throw failure instanceof IOException e ? e : new IOException(failure);
  }
}
