package dev.freshet.job.cli;

import dev.freshet.job.EmbeddedJob;
import dev.freshet.job.report.IndexWatch;
import dev.freshet.lance.manifest.DatasetVersions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows how far the index of a job comes. */
final class JobProgress {

  private static final Logger LOG = LoggerFactory.getLogger(JobProgress.class);
  private static final Duration TICK = Duration.ofSeconds(1);

  private JobProgress() {}

  /**
   * Waits until a job ends, and shows meanwhile how far it is.
   *
   * @param index name of its index
   */
  static void follow(EmbeddedJob job, DatasetVersions versions, String index, Console console)
      throws Exception {
    ProgressLine line = new ProgressLine(console);
    IndexWatch watch = new IndexWatch(versions, index);
    while (!ended(job)) {
      show(line, watch, job);
    }
    job.result().get();
    line.end(watch.look(), job.rowsEncoded());
  }

  /** A look at what is out of reach shows nothing: the job tries again by itself, or ends. */
  private static void show(ProgressLine line, IndexWatch watch, EmbeddedJob job)
      throws InterruptedException {
    try {
      line.show(watch.look(), job.rowsEncoded());
    } catch (IOException | RuntimeException e) {
      LOG.warn("Cannot see how far the index is: {}", FailureMessage.of(e));
    }
  }

  private static boolean ended(EmbeddedJob job) throws Exception {
    try {
      job.result().get(TICK.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }
}
