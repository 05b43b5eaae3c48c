package dev.freshet.bench.work;

import dev.freshet.bench.process.BenchProcess;
import dev.freshet.bench.process.BenchProcess.Role;
import dev.freshet.bench.process.Measurement;
import dev.freshet.bench.process.Usage;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.sample.LanceIndexing;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;

/**
 * One percent more rows for an index that exists: what indexing them costs beside a rebuild.
 *
 * <p>The rows are appended by another process, so that writing them is nobody's cost. Freshet is
 * measured as a stream that runs already, minus what it uses when idle, and as a job that ends.
 */
record AppendWork(String name, VectorData data, IndexShape index) implements Work {

  private static final int QUERIES = 100;

  private int appendedRows() {
    return (int) Math.max(1, data.rows() / 100);
  }

  @Override
  public Kind kind() {
    return Kind.APPEND;
  }

  @Override
  public String description() {
    return String.format("%,d rows appended to %s, model given", appendedRows(), index.over(data));
  }

  @Override
  public Work scaled(double factor) {
    VectorData scaled = data.scaled(factor);
    return new AppendWork(name, scaled, index.forRows(scaled.rows()));
  }

  @Override
  public Measurement prepare(BenchProcess processes) throws Exception {
    return new Preparation(new Scratch(processes.directory(), name), data, index)
        .make(this, QUERIES, true);
  }

  @Override
  public Measurement append(BenchProcess processes) throws Exception {
    Usage usage = Usage.start();
    data.append(new Scratch(processes.directory(), name).run().toString(), appendedRows());
    return usage.end(appendedRows());
  }

  @Override
  public Measurement once(BenchProcess processes) throws Exception {
    Scratch scratch = new Scratch(processes.directory(), name);
    Configuration config = index.options(scratch.run().toString());
    try (FreshetJob freshet = FreshetJob.start(config, scratch.checkpoints())) {
      Measurement job = freshet.once(config, appendedRows());
      return job.with("processCpuSeconds", Usage.cpuSeconds());
    }
  }

  @Override
  public Measurement freshet(BenchProcess processes) throws Exception {
    Scratch scratch = new Scratch(processes.directory(), name);
    Configuration config = index.options(scratch.copy().toString());
    GivenModel.give(config);
    try (FreshetJob freshet = FreshetJob.start(config, scratch.checkpoints())) {
      Measurement rebuild = freshet.once(config, data.rows());
      Measurement appended =
          freshet.appended(config, appendedRows(), () -> processes.run(Role.APPEND, name));
      StreamOptions options = StreamOptions.from(config);
      Measurement verification = VerificationCost.ofLatest(options);
      processes.run(Role.APPEND, name);
      Measurement once = processes.run(Role.ONCE, name);
      double process = once.more().get("processCpuSeconds");
      return appended
          .with("clusterStartSeconds", freshet.startSeconds())
          .with("rebuildCpuSeconds", rebuild.cpuSeconds())
          .with("appendPercentOfRebuild", percent(appended.more().get("netCpuSeconds"), rebuild))
          .with("onceCpuSeconds", once.cpuSeconds())
          .with("oncePercentOfRebuild", percent(once.cpuSeconds(), rebuild))
          .with("onceProcessCpuSeconds", process)
          .with("verificationCpuSeconds", verification.cpuSeconds())
          .with(Published.quality(options, scratch));
    }
  }

  @Override
  public Measurement other(BenchProcess processes) throws Exception {
    Scratch scratch = new Scratch(processes.directory(), name);
    StreamOptions options = StreamOptions.from(index.options(scratch.copy().toString()));
    IvfModel model = GivenModel.read(options.indexStorage());
    Measurement rebuild = measure(options, lance -> lance.build(IndexShape.NAME, model));
    processes.run(Role.APPEND, name);
    Measurement merged = measure(options, lance -> lance.optimize(IndexShape.NAME));
    processes.run(Role.APPEND, name);
    Measurement beside = measure(options, lance -> lance.optimize(IndexShape.NAME, 0));
    return merged
        .with("rebuildCpuSeconds", rebuild.cpuSeconds())
        .with("appendPercentOfRebuild", percent(merged.cpuSeconds(), rebuild))
        .with("newSegmentCpuSeconds", beside.cpuSeconds())
        .with("newSegmentPercentOfRebuild", percent(beside.cpuSeconds(), rebuild))
        .with(Published.quality(options, scratch));
  }

  private Measurement measure(StreamOptions options, Consumer<LanceIndexing> what)
      throws IOException {
    try (DatasetVersions versions = new DatasetVersions(options.location(), ArrowBudget.SAMPLE);
        DatasetHandle dataset = versions.latest()) {
      Usage usage = Usage.start();
      what.accept(new LanceIndexing(dataset, dataset.column(VectorTable.VECTOR)));
      return usage.end(appendedRows());
    }
  }

  private static double percent(double cpuSeconds, Measurement of) {
    return of.cpuSeconds() == 0 ? 0 : 100 * cpuSeconds / of.cpuSeconds();
  }
}
