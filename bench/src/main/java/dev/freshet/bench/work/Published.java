package dev.freshet.bench.work;

import dev.freshet.job.EmbeddedJob;
import dev.freshet.job.report.IndexProgress;
import dev.freshet.job.report.IndexVerification;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.ManifestVersion;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * An index that covers its dataset.
 *
 * @param at when its last version was committed
 */
record Published(Instant at, int segments) {

  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /**
   * The index of the latest version.
   *
   * @throws IOException if it does not cover all of it
   */
  static Published complete(StreamOptions options) throws IOException {
    try (DatasetVersions versions = new DatasetVersions(options.location(), ArrowBudget.SAMPLE);
        DatasetHandle dataset = versions.latest()) {
      ManifestVersion manifest = ManifestReader.read(dataset, options.index().name());
      if (!manifest.uncovered().isEmpty()) {
        throw new IOException(
            "Index " + options.index().name() + " of " + options.dataset() + " leaves rows out");
      }
      return new Published(manifest.committedAt(), manifest.index().segments().size());
    }
  }

  /**
   * Waits until all rows are covered.
   *
   * @throws IOException if that takes longer than two minutes
   */
  static void awaitAll(StreamOptions options) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (DatasetVersions versions = new DatasetVersions(options.location(), ArrowBudget.SAMPLE)) {
      while (!IndexProgress.of(versions, options.index().name()).complete()) {
        if (System.nanoTime() > deadline) {
          throw new IOException("The appended rows are not indexed");
        }
        Thread.sleep(TICK.toMillis());
      }
    }
  }

  /**
   * Waits until rows that were just appended are covered.
   *
   * @return from the version that appended them to the one that covers them
   */
  static Duration await(StreamOptions options, EmbeddedJob job)
      throws IOException, InterruptedException {
    try (DatasetVersions versions = new DatasetVersions(options.location(), ArrowBudget.SAMPLE);
        DatasetHandle appended = versions.latest()) {
      Instant from = ManifestReader.read(appended, options.index().name()).committedAt();
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (appended.latestVersion() == appended.version()) {
        if (job.result().isDone() || System.nanoTime() > deadline) {
          throw new IOException("Freshet does not publish the appended rows");
        }
        Thread.sleep(TICK.toMillis());
      }
      return Duration.between(from, complete(options).at());
    }
  }

  /**
   * Of an index that was measured: whether it is right, and how well it answers.
   *
   * @throws IOException if a row is missing in it, or there twice
   */
  static Map<String, Double> quality(StreamOptions options, Scratch scratch) throws IOException {
    IndexVerification.Report report = verified(options, 0);
    try (DatasetVersions versions = new DatasetVersions(options.location(), ArrowBudget.SAMPLE);
        DatasetHandle dataset = versions.latest()) {
      return Map.of(
          "recallAt10",
          Queries.read(scratch.directory()).recall(dataset),
          "coverage",
          report.coverage(),
          "segments",
          (double) report.segments());
    }
  }

  /**
   * What a check of an index found that covers its dataset.
   *
   * @param queries rows that are drawn as queries; 0 leaves recall out
   * @throws IOException if rows are left out, a row is missing in it, or there twice
   */
  static IndexVerification.Report verified(StreamOptions options, int queries) throws IOException {
    complete(options);
    try (DatasetVersions versions = new DatasetVersions(options.location(), ArrowBudget.SAMPLE)) {
      IndexVerification.Report report =
          new IndexVerification(versions, options.indexStorage())
              .verify(options.index().name(), queries, Queries.EFFORT);
      if (!report.ok()) {
        throw new IOException("The index is wrong: " + report.violations());
      }
      return report;
    }
  }
}
