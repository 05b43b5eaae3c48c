package dev.freshet.operators.publish;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a commit that nothing can interrupt on a thread of its own, and waits for it only so long.
 *
 * <p>At most one runs at a time. It may outlast this object and its task: what it uses must be its
 * own.
 */
final class BackgroundCommit {

  private static final Logger LOG = LoggerFactory.getLogger(BackgroundCommit.class);

  private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

  /** Whether a commit that was waited for in vain is still under way. */
  boolean isBusy() {
    return !last.isDone();
  }

  /**
   * Runs a commit; what it throws is thrown, or logged if nobody waits for it any more.
   *
   * @return whether it has ended within the limit
   * @throws IOException if the waiting was interrupted
   * @throws IllegalStateException if another one is still under way
   */
  boolean run(Runnable commit, Duration limit) throws IOException {
    if (isBusy()) {
      throw new IllegalStateException("Another commit is under way");
    }
    last = CompletableFuture.runAsync(commit, BackgroundCommit::start);
    try {
      last.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      logItsFailure();
      return false;
    } catch (InterruptedException e) {
      logItsFailure();
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while a commit was under way", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "freshet-commit");
    thread.setDaemon(true);
    thread.start();
  }

  private void logItsFailure() {
    last =
        last.whenComplete(
            (nothing, failure) -> {
              if (failure != null) {
                LOG.warn("A commit that nobody waited for any more failed", failure);
              }
            });
  }
}
