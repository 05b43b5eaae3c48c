package dev.freshet.job.demo;

import dev.freshet.job.EmbeddedJob;
import dev.freshet.job.report.FreshnessReport;
import dev.freshet.job.report.IndexProgress;
import dev.freshet.job.report.IndexVerification;
import dev.freshet.job.report.IndexWatch;
import dev.freshet.job.report.WriteAmplification;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.read.VectorSearch;
import dev.freshet.operators.options.StreamOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.apache.flink.configuration.Configuration;

/**
 * A dataset's life in a minute: it is filled, then appended to, deleted from and compacted while
 * the stream runs, and at the end the index is measured.
 */
public final class Demo {

  /**
   * What was measured.
   *
   * @param recallAt10 with {@link #EFFORT}
   * @param vectorsPerSecond rows of the first fill, from the job's start to their publication
   */
  public record Result(
      boolean ok,
      double coverage,
      double recallAt10,
      long freshnessP50Ms,
      long freshnessP99Ms,
      int segments,
      double writeAmplification,
      double vectorsPerSecond) {}

  /** What a typical reader asks for. */
  public static final VectorSearch.Effort EFFORT = new VectorSearch.Effort(20, 10);

  private static final int QUERIES = 100;
  private static final Duration TICK = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** At full probe: fewer probes miss neighbours however right the index is. */
  private static final double MIN_RECALL = 0.8;

  private final StreamOptions options;
  private final DatasetChurn churn;
  private final BiConsumer<IndexProgress, Long> progress;

  /**
   * @param progress shown how far the index is, and how many rows were encoded
   */
  public Demo(Configuration config, DatasetChurn churn, BiConsumer<IndexProgress, Long> progress) {
    this.options = StreamOptions.from(config);
    this.churn = churn;
    this.progress = progress;
  }

  /** Runs the job and the churn, and measures. */
  public Result run(EmbeddedJob job) throws IOException, InterruptedException {
    try (DatasetVersions versions = new DatasetVersions(options.location(), ArrowBudget.SAMPLE)) {
      IndexWatch watch = new IndexWatch(versions, options.index().name());
      long start = System.nanoTime();
      await(job, watch);
      double fillSeconds = (System.nanoTime() - start) / 1e9;
      long filled = watch.look().rows();
      long since = watch.look().version() + 1;
      for (long next = System.nanoTime(); churn.step(); ) {
        show(job, watch);
        next += churn.pace().interval().toNanos();
        Thread.sleep(Math.max(0, (next - System.nanoTime()) / 1_000_000));
      }
      await(job, watch);
      return measure(versions, since, filled / fillSeconds);
    }
  }

  private void await(EmbeddedJob job, IndexWatch watch) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!show(job, watch).complete() && System.nanoTime() < deadline) {
      if (job.result().isDone()) {
        throw new IOException("The job ended before the index was complete");
      }
      Thread.sleep(TICK.toMillis());
    }
  }

  private IndexProgress show(EmbeddedJob job, IndexWatch watch)
      throws IOException, InterruptedException {
    IndexProgress now = watch.look();
    progress.accept(now, job.rowsEncoded());
    return now;
  }

  private Result measure(DatasetVersions versions, long since, double vectorsPerSecond)
      throws IOException {
    String index = options.index().name();
    IndexVerification.Report report =
        new IndexVerification(versions, options.indexStorage()).verify(index, QUERIES, EFFORT);
    try (DatasetHandle dataset = versions.latest()) {
      FreshnessReport freshness = FreshnessReport.of(dataset, since, index);
      return new Result(
          report.ok() && report.coverage() == 1 && report.recallAt10FullProbe() >= MIN_RECALL,
          report.coverage(),
          report.recallAt10(),
          freshness.percentile(0.5).toMillis(),
          freshness.percentile(0.99).toMillis(),
          report.segments(),
          WriteAmplification.of(
              options.indexStorage(), ManifestReader.read(dataset, index).index()),
          vectorsPerSecond);
    }
  }
}
