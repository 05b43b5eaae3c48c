package dev.freshet.bench.work;

import dev.freshet.bench.process.Measurement;
import dev.freshet.bench.process.Usage;
import dev.freshet.job.EmbeddedCluster;
import dev.freshet.job.EmbeddedJob;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.flink.configuration.Configuration;

/** The whole of Freshet, in a cluster that was started before. */
final class FreshetJob implements AutoCloseable {

  /** Longer than a checkpoint and its cleaning up take. */
  private static final Duration SETTLE = Duration.ofSeconds(5);

  private static final Duration WARM = Duration.ofSeconds(20);
  private static final int WARM_APPENDS = 4;
  private static final int APPENDS = 6;
  private static final Duration IDLE = Duration.ofSeconds(20);

  private final EmbeddedCluster cluster;
  private final double startSeconds;

  private FreshetJob(EmbeddedCluster cluster, double startSeconds) {
    this.cluster = cluster;
    this.startSeconds = startSeconds;
  }

  /** Starts the cluster with the command line's settings. */
  static FreshetJob start(Configuration config, Path checkpoints) throws Exception {
    long start = System.nanoTime();
    EmbeddedJob.Settings settings =
        new EmbeddedJob.Settings(
            Runtime.getRuntime().availableProcessors(),
            checkpoints.toUri().toString(),
            "rocksdb",
            0);
    EmbeddedCluster cluster = EmbeddedCluster.start(config, settings);
    double jvmSeconds =
        (System.currentTimeMillis()
                - ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli())
            / 1e3;
    return new FreshetJob(cluster, Math.max(jvmSeconds, (System.nanoTime() - start) / 1e9));
  }

  /** From the start of the process until the cluster ran. */
  double startSeconds() {
    return startSeconds;
  }

  /** Indexes what is uncovered; the time ends with the last publish. */
  Measurement once(Configuration config, long rows) throws Exception {
    config.set(FreshetOptions.ONCE, true);
    Usage usage = Usage.start();
    try (EmbeddedJob job = cluster.submit(config)) {
      job.result().get();
    }
    return usage.end(rows, Published.complete(StreamOptions.from(config)).at());
  }

  /** Starts a stream that runs until it is closed. */
  EmbeddedJob stream(Configuration config) throws IOException {
    config.set(FreshetOptions.ONCE, false);
    return cluster.submit(config);
  }

  /** Appends rows to the dataset. */
  interface Append {
    void run() throws Exception;
  }

  /**
   * What appended rows cost a stream that runs and has nothing else to do, as the mean of {@link
   * #APPENDS} appends after {@link #WARM_APPENDS}, as a stream that has just started still
   * compiles. Time is from the append to the publish; CPU time is what was used until {@link
   * #SETTLE} after the last. The net one is without what is used in as much time when nothing
   * happens, the mean of before and afterwards; it may be off by what that varies.
   *
   * @param rows of an append
   */
  Measurement appended(Configuration config, long rows, Append append) throws Exception {
    StreamOptions options = StreamOptions.from(config);
    try (EmbeddedJob job = stream(config)) {
      Thread.sleep(WARM.toMillis());
      appendAll(WARM_APPENDS, append, options, job);
      Thread.sleep(SETTLE.toMillis());
      double idleBefore = idleCpuPerSecond();
      Usage usage = Usage.start();
      Instant start = Instant.now();
      Duration lag = appendAll(APPENDS, append, options, job);
      Thread.sleep(SETTLE.toMillis());
      Measurement used = usage.end(rows);
      double elapsed = Duration.between(start, Instant.now()).toNanos() / 1e9;
      double idle = (idleBefore + idleCpuPerSecond()) / 2;
      double spent = (used.cpuSeconds() - idle * elapsed) / APPENDS;
      return new Measurement(
          rows,
          lag.toNanos() / 1e9 / APPENDS,
          used.cpuSeconds() / APPENDS,
          used.peakRssMb(),
          Map.of("idleCpuPercent", 100 * idle, "netCpuSeconds", spent));
    }
  }

  /** Appends one after the other, each when the one before is published; returns their times. */
  private static Duration appendAll(
      int times, Append append, StreamOptions options, EmbeddedJob job) throws Exception {
    Duration lags = Duration.ZERO;
    for (int i = 0; i < times; i++) {
      append.run();
      lags = lags.plus(Published.await(options, job));
    }
    return lags;
  }

  private static double idleCpuPerSecond() throws Exception {
    double before = Usage.cpuSeconds();
    Thread.sleep(IDLE.toMillis());
    return (Usage.cpuSeconds() - before) / IDLE.toSeconds();
  }

  @Override
  public void close() {
    cluster.close();
  }
}
