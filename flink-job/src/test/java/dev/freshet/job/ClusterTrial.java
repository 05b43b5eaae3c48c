package dev.freshet.job;

import dev.freshet.job.FaultProxy.Faults;
import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.job.report.IndexVerification;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.read.VectorSearch;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.ManifestVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;

/**
 * The life of the stream on a cluster: a dataset on S3 is appended to, a task manager is killed,
 * the job is stopped with a savepoint and goes on at another parallelism, the job manager is killed
 * and the job is submitted again from its last retained checkpoint. At the end the index must be
 * right.
 */
public final class ClusterTrial {

  /** Of requests to S3, with {@code --errors}. */
  static final Faults ERRORS = new Faults(0, 0.02, 0.01, 0.01, 20);

  private static final long SEED = 20;
  private static final int DIMENSION = 64;
  private static final int FILL_ROWS = 20_000;
  private static final int APPEND_ROWS = 500;
  private static final Duration APPEND_EVERY = Duration.ofSeconds(2);
  private static final Pattern SAVEPOINT = Pattern.compile("Path: (\\S+)");
  private static final long ARROW_BYTES = 1L << 30;

  private final StandaloneCluster cluster;
  private final Configuration direct;
  private final VectorTable table;
  private final ClusteredVectors vectors;
  private final Duration phase;

  /** What was seen. */
  record Result(
      IndexVerification.Report report,
      long appendedRows,
      int harmed,
      int restores,
      String metrics) {}

  private ClusterTrial(
      StandaloneCluster cluster,
      Configuration direct,
      VectorTable table,
      ClusteredVectors vectors,
      Duration phase) {
    this.cluster = cluster;
    this.direct = direct;
    this.table = table;
    this.vectors = vectors;
    this.phase = phase;
  }

  /**
   * Runs the trial, with what it leaves in a directory.
   *
   * @param length of the four phases together, at least
   */
  static Result run(Path directory, Duration length, Faults faults) throws Exception {
    try (S3Server server = S3Server.start(Files.createDirectories(directory.resolve("s3")));
        FaultProxy proxy = FaultProxy.before(server, Faults.NONE, SEED)) {
      Configuration direct = S3Server.options(server.port());
      direct.set(FreshetOptions.DATASET, S3Server.uri("vectors.lance"));
      direct.set(FreshetOptions.COLUMN, VectorTable.VECTOR);
      FileSystems.initialize(direct);
      ClusteredVectors vectors = new ClusteredVectors(DIMENSION, SEED);
      try (StandaloneCluster cluster =
              StandaloneCluster.start(
                  Files.createDirectories(directory.resolve("flink")), settings(proxy.port()));
          VectorTable table =
              VectorTable.create(StreamOptions.from(direct).location(), DIMENSION)) {
        table.append(vectors.next(FILL_ROWS), FILL_ROWS);
        proxy.setFaults(faults);
        say("Flink's web UI is at " + cluster.address());
        ClusterTrial trial = new ClusterTrial(cluster, direct, table, vectors, length.dividedBy(4));
        int restores = trial.live();
        String metrics = cluster.metrics();
        proxy.setFaults(Faults.NONE);
        return new Result(trial.verify(), table.appendedRows(), proxy.harmed(), restores, metrics);
      }
    }
  }

  private static Map<String, String> settings(int s3Port) {
    Map<String, String> settings = new LinkedHashMap<>(S3Server.options(s3Port).toMap());
    settings.put("state.backend.type", "rocksdb");
    settings.put("execution.checkpointing.incremental", "true");
    settings.put("execution.checkpointing.dir", S3Server.uri("checkpoints"));
    settings.put("execution.checkpointing.savepoint-dir", S3Server.uri("savepoints"));
    settings.put(
        "execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
    return settings;
  }

  /** The phases; returns how often the job was restored. */
  private int live() throws Exception {
    cluster.startTaskManager();
    String job = submit(1, "");
    appendAndSettle();
    say("kill -9 of the task manager");
    cluster.killTaskManager();
    append();
    cluster.startTaskManager();
    cluster.awaitRunning(job);
    appendAndSettle();
    int restores = cluster.restores(job);
    String savepoint = stop(job);
    job = submit(2, savepoint);
    appendAndSettle();
    say("kill -9 of the job manager");
    cluster.killJobManager();
    append();
    String checkpoint = StoredCheckpoints.last(S3Server.uri("checkpoints") + "/" + job);
    cluster.startJobManager();
    cluster.await("the task manager comes back", cluster::hasTaskManager);
    job = submit(2, checkpoint);
    appendAndSettle();
    return restores + cluster.restores(job);
  }

  private String submit(int parallelism, String from) throws Exception {
    String job =
        cluster.submit(
            parallelism,
            from,
            List.of(
                "--dataset", S3Server.uri("vectors.lance"),
                "--vector.column", VectorTable.VECTOR,
                "--freshness", "5 s",
                "--segment.per-tier", "4",
                "--compaction.interval", "5 s",
                "--compaction.small-fragments", "8"));
    say("job " + job + " at parallelism " + parallelism + (from.isEmpty() ? "" : " from " + from));
    return job;
  }

  private String stop(String job) throws Exception {
    Matcher path = SAVEPOINT.matcher(cluster.flink(List.of("stop", job)));
    if (!path.find()) {
      throw new IllegalStateException("No savepoint was taken of " + job);
    }
    say("stopped with savepoint " + path.group(1));
    return path.group(1);
  }

  private void append() {
    table.append(vectors.next(APPEND_ROWS), APPEND_ROWS);
  }

  private void appendAndSettle() throws Exception {
    for (long end = System.nanoTime() + phase.toNanos(); System.nanoTime() < end; ) {
      append();
      Thread.sleep(APPEND_EVERY.toMillis());
    }
    try (DatasetVersions versions = versions()) {
      cluster.awaitNothingLeft(
          "every row is indexed", () -> (long) manifest(versions).uncovered().size());
      ManifestVersion manifest = manifest(versions);
      say(
          String.format(
              "%,d rows in %d fragments are indexed by %d segments",
              manifest.liveRows(),
              manifest.fragments().size(),
              manifest.index().segments().size()));
    }
  }

  private DatasetVersions versions() {
    return new DatasetVersions(StreamOptions.from(direct).location(), ARROW_BYTES);
  }

  private ManifestVersion manifest(DatasetVersions versions) {
    try (DatasetHandle dataset = versions.latest()) {
      return ManifestReader.read(dataset, StreamOptions.from(direct).index().name());
    }
  }

  private IndexVerification.Report verify() throws Exception {
    StreamOptions options = StreamOptions.from(direct);
    try (DatasetVersions versions = versions()) {
      return new IndexVerification(versions, options.indexStorage())
          .verify(options.index().name(), 50, new VectorSearch.Effort(20, 1));
    }
  }

  private static void say(String what) {
    System.out.println("trial: " + what);
  }

  /**
   * {@code docker/trial} runs this: {@code [minutes] [--errors]}; exit code 1 if it is not right.
   */
  public static void main(String[] arguments) throws Exception {
    List<String> given = List.of(arguments);
    boolean errors = given.contains("--errors");
    long minutes =
        given.stream()
            .filter(one -> !one.equals("--errors"))
            .findFirst()
            .map(Long::valueOf)
            .orElse(2L);
    Path directory = Files.createTempDirectory("freshet-trial-");
    say("everything is in " + directory);
    Result result = run(directory, Duration.ofMinutes(minutes), errors ? ERRORS : Faults.NONE);
    result.report().violations().forEach(violation -> say("WRONG: " + violation));
    boolean right =
        result.report().ok()
            && result.report().coverage() == 1
            && result.report().rows() == result.appendedRows();
    say(
        String.format(
            "%,d rows, coverage %.4f, recall@10 at full probe %.3f, %d segments, %d restores, %d"
                + " requests harmed: %s",
            result.report().rows(),
            result.report().coverage(),
            result.report().recallAt10FullProbe(),
            result.report().segments(),
            result.restores(),
            result.harmed(),
            right ? "right" : "NOT RIGHT"));
    System.exit(right ? 0 : 1);
  }
}
