package dev.freshet.bench.work;

import dev.freshet.bench.process.BenchProcess;
import dev.freshet.bench.process.Measurement;
import dev.freshet.bench.process.Usage;
import dev.freshet.job.EmbeddedJob;
import dev.freshet.job.demo.DatasetChurn.Pace;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.sample.LanceIndexing;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.StreamOptions;
import java.io.IOException;
import org.apache.flink.configuration.Configuration;

/**
 * Small appends, one after the other, to an index that exists: whether its segments and what is
 * written for it stay bounded. Freshet is a stream with its default options, Lance is {@code
 * optimizeIndices} once a minute; another process appends.
 */
record SteadyAppendsWork(String name, VectorData data, IndexShape index, Pace pace)
    implements Work {

  @Override
  public Kind kind() {
    return Kind.STEADY;
  }

  @Override
  public String description() {
    return String.format(
        "%,d appends of %,d rows, one every %d s, to %s, model given",
        pace.appends(), pace.rows(), pace.interval().toSeconds(), index.over(data));
  }

  /** Fewer rows to begin with, and fewer appends as large and as often. */
  @Override
  public Work scaled(double factor) {
    VectorData scaled = data.scaled(factor);
    int appends = (int) Math.max(1, Math.round(pace.appends() * factor));
    return new SteadyAppendsWork(
        name,
        scaled,
        index.forRows(scaled.rows()),
        new Pace(appends, pace.rows(), pace.interval()));
  }

  @Override
  public Measurement prepare(BenchProcess processes) throws IOException {
    return new Preparation(new Scratch(processes.directory(), name), data, index)
        .make(this, 1, true);
  }

  @Override
  public Measurement append(BenchProcess processes) throws Exception {
    Usage usage = Usage.start();
    data.append(new Scratch(processes.directory(), name).run().toString(), pace);
    return usage.end((long) pace.appends() * pace.rows());
  }

  @Override
  public Measurement freshet(BenchProcess processes) throws Exception {
    Scratch scratch = new Scratch(processes.directory(), name);
    Configuration config = index.options(scratch.copy().toString());
    GivenModel.give(config);
    StreamOptions options = StreamOptions.from(config);
    try (FreshetJob freshet = FreshetJob.start(config, scratch.checkpoints())) {
      freshet.once(config, data.rows());
      SteadyAppends appends = new SteadyAppends(options, processes, name);
      try (EmbeddedJob job = freshet.stream(config)) {
        appends.run(() -> requireRunning(job));
      }
      return appends.result().with("clusterStartSeconds", freshet.startSeconds());
    }
  }

  private static void requireRunning(EmbeddedJob job) throws IOException {
    if (job.result().isDone()) {
      throw new IOException("The stream has ended");
    }
  }

  @Override
  public Measurement other(BenchProcess processes) throws Exception {
    Scratch scratch = new Scratch(processes.directory(), name);
    StreamOptions options = StreamOptions.from(index.options(scratch.copy().toString()));
    try (DatasetVersions versions = new DatasetVersions(options.location(), ArrowBudget.SAMPLE)) {
      try (DatasetHandle dataset = versions.latest()) {
        lance(dataset).build(IndexShape.NAME, GivenModel.read(options.indexStorage()));
      }
      SteadyAppends appends = new SteadyAppends(options, processes, name);
      appends.run(
          () -> {
            try (DatasetHandle dataset = versions.latest()) {
              lance(dataset).optimize(IndexShape.NAME);
            }
          });
      return appends.result();
    }
  }

  private static LanceIndexing lance(DatasetHandle dataset) {
    return new LanceIndexing(dataset, dataset.column(VectorTable.VECTOR));
  }
}
