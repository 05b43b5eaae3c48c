package dev.freshet.bench.work;

import dev.freshet.bench.process.BenchProcess;
import dev.freshet.bench.process.BenchProcess.Role;
import dev.freshet.bench.process.Measurement;
import dev.freshet.bench.process.Usage;
import dev.freshet.job.report.FreshnessReport;
import dev.freshet.job.report.IndexVerification;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.operators.options.StreamOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An index that is watched while another process appends to its dataset. */
final class SteadyAppends {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int QUERIES = 100;

  /** What is done once a minute for the index. */
  interface Upkeep {
    void run() throws IOException;
  }

  private final StreamOptions options;
  private final BenchProcess processes;
  private final String work;
  private final IndexBaseline before;
  private final List<IndexSample> samples = new ArrayList<>();
  private Measurement used = new Measurement(0, 0, 0, 0, Map.of());

  /**
   * @param options of the stream, whose index covers all of its dataset
   * @param work whose {@link Role#APPEND} appends
   */
  SteadyAppends(StreamOptions options, BenchProcess processes, String work) throws IOException {
    this.options = options;
    this.processes = processes;
    this.work = work;
    this.before = IndexBaseline.of(options);
  }

  /** Appends all, and waits until they are indexed; samples once a minute. */
  void run(Upkeep upkeep) throws Exception {
    ExecutorService beside = Executors.newSingleThreadExecutor();
    try (IndexSampler sampler = new IndexSampler(options, before)) {
      Usage usage = Usage.start();
      Future<Measurement> appends = beside.submit(() -> processes.run(Role.APPEND, work));
      while (!overInAMinute(appends)) {
        upkeep.run();
        sample(sampler);
      }
      upkeep.run();
      Published.awaitAll(options);
      sample(sampler);
      used = usage.end(appends.get().rows());
    } finally {
      beside.shutdownNow();
      ProcessHandle.current().children().forEach(ProcessHandle::destroy); // if it still appends
    }
  }

  private static boolean overInAMinute(Future<?> appends)
      throws ExecutionException, InterruptedException {
    try {
      appends.get(MINUTE.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  private void sample(IndexSampler sampler) throws IOException {
    samples.add(sampler.sample());
    System.err.println("    " + samples.get(samples.size() - 1));
  }

  /** What was used, the samples, and what the versions and the index itself tell afterwards. */
  Measurement result() throws IOException {
    IndexVerification.Report index = Published.verified(options, QUERIES);
    IndexSample last = samples.get(samples.size() - 1);
    return used.with(history())
        .with("coverage", index.coverage())
        .with("recallAt10FullProbe", index.recallAt10FullProbe())
        .with("recallAt10", index.recallAt10())
        .with("segments", index.segments())
        .with("fragments", last.fragments())
        .with("indexMbWritten", last.indexMbWritten())
        .with("segmentsWritten", last.segmentsWritten())
        .with("writeAmplification", last.writeAmplification())
        .with("codeAmplification", last.codeAmplification())
        .with("cpuPercent", 100 * used.cpuSeconds() / used.seconds())
        .withSeries(IndexSample.series(samples));
  }

  /** Of every version, not only of those that were sampled. */
  private Map<String, Double> history() {
    String index = options.index().name();
    try (DatasetVersions versions = new DatasetVersions(options.location(), ArrowBudget.SAMPLE);
        DatasetHandle dataset = versions.latest()) {
      FreshnessReport lag = FreshnessReport.of(dataset, before.version() + 1, index);
      IndexPeaks peaks = IndexPeaks.of(dataset, before.version(), index);
      return Map.of(
          "appends", (double) lag.ascending().size(),
          "versions", (double) (dataset.version() - before.version()),
          "mostSegments", (double) peaks.segments(),
          "mostFragments", (double) peaks.fragments(),
          "lagP50Seconds", lag.percentile(0.5).toMillis() / 1e3,
          "lagP99Seconds", lag.percentile(0.99).toMillis() / 1e3,
          "lagMostSeconds", lag.percentile(1).toMillis() / 1e3);
    }
  }
}
