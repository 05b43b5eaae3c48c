package dev.freshet.bench.work;

import dev.freshet.bench.process.BenchProcess;
import dev.freshet.bench.process.Measurement;
import dev.freshet.bench.process.Usage;
import dev.freshet.bench.report.Statistics;
import dev.freshet.lance.commit.LanceSegmentBuilder;
import dev.freshet.lance.commit.SegmentPublisher;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.sample.LanceIndexing;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.state.model.CommitToken;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.flink.configuration.Configuration;

/**
 * Queries to an index of one segment, and to one of a segment for each fragment, built by either.
 * Rows and time of the measurement are the queries to the one segment.
 */
record QueryWork(String name, VectorData data, IndexShape index) implements Work {

  private static final int QUERIES = 200;

  @Override
  public Kind kind() {
    return Kind.QUERY;
  }

  @Override
  public String description() {
    return String.format(
        "%d queries (k %d, %d probes, refine %d) to %s",
        QUERIES, Queries.K, Queries.EFFORT.probes(), Queries.EFFORT.refine(), index.over(data));
  }

  @Override
  public Work scaled(double factor) {
    VectorData scaled = data.scaled(factor);
    return new QueryWork(name, scaled, index.forRows(scaled.rows()));
  }

  @Override
  public Measurement prepare(BenchProcess processes) throws Exception {
    return new Preparation(new Scratch(processes.directory(), name), data, index)
        .make(this, QUERIES, true);
  }

  @Override
  public Measurement freshet(BenchProcess processes) throws Exception {
    Scratch scratch = new Scratch(processes.directory(), name);
    Configuration config = index.options(scratch.copy().toString());
    GivenModel.give(config);
    try (FreshetJob freshet = FreshetJob.start(config, scratch.checkpoints())) {
      freshet.once(config, data.rows());
      Measurement one = ask(scratch, config);
      scratch.copy();
      config.set(FreshetOptions.SHARD_ROWS, (long) data.fragmentRows());
      config.set(FreshetOptions.SEGMENT_ROWS, (long) data.fragmentRows());
      freshet.once(config, data.rows());
      return both(one, ask(scratch, config)).with("clusterStartSeconds", freshet.startSeconds());
    }
  }

  @Override
  public Measurement other(BenchProcess processes) throws Exception {
    Scratch scratch = new Scratch(processes.directory(), name);
    Configuration config = index.options(scratch.copy().toString());
    StreamOptions options = StreamOptions.from(config);
    IvfModel model = GivenModel.read(options.indexStorage());
    try (DatasetVersions versions = new DatasetVersions(options.location(), ArrowBudget.SAMPLE)) {
      try (DatasetHandle dataset = versions.latest()) {
        new LanceIndexing(dataset, dataset.column(VectorTable.VECTOR))
            .build(IndexShape.NAME, model);
      }
      Measurement one = ask(scratch, config);
      scratch.copy();
      segmentEach(versions, model);
      return both(one, ask(scratch, config));
    }
  }

  /** Lance builds a segment for each fragment. */
  private static void segmentEach(DatasetVersions versions, IvfModel model) {
    List<Fragment> fragments;
    SegmentPublisher publisher;
    try (DatasetHandle dataset = versions.latest()) {
      fragments = ManifestReader.read(dataset, IndexShape.NAME).fragments();
      publisher =
          new SegmentPublisher(
              Clock.systemUTC(),
              StorageAccess.datasetFiles(dataset.location(), RequestCounter.NONE));
    }
    for (Fragment fragment : fragments) {
      try (DatasetHandle dataset = versions.latest()) {
        UUID uuid = UUID.randomUUID();
        publisher.publish(
            dataset,
            List.of(
                new LanceSegmentBuilder(
                        dataset,
                        dataset.column(VectorTable.VECTOR),
                        StorageAccess.datasetFiles(dataset.location(), RequestCounter.NONE))
                    .build(IndexShape.NAME, model, uuid, Coverage.of(List.of(fragment.id())))),
            Set.of(),
            new CommitToken(IndexShape.NAME, uuid));
      }
    }
  }

  private static Measurement ask(Scratch scratch, Configuration config) throws IOException {
    StreamOptions options = StreamOptions.from(config);
    int segments = Published.complete(options).segments();
    Queries queries = Queries.read(scratch.directory());
    try (DatasetVersions versions = new DatasetVersions(options.location(), ArrowBudget.SAMPLE);
        DatasetHandle dataset = versions.latest()) {
      Usage usage = Usage.start();
      double[] millis = queries.latencies(dataset);
      Measurement used = usage.end(millis.length);
      return new Measurement(
              millis.length,
              Arrays.stream(millis).sum() / 1e3,
              used.cpuSeconds(),
              used.peakRssMb(),
              used.more())
          .with("segments", segments)
          .with("p50Ms", Statistics.percentile(millis, 0.5))
          .with("p99Ms", Statistics.percentile(millis, 0.99))
          .with("recallAt10", queries.recall(dataset));
    }
  }

  private static Measurement both(Measurement one, Measurement many) {
    return one.with("manySegments", many.more().get("segments"))
        .with("manyP50Ms", many.more().get("p50Ms"))
        .with("manyP99Ms", many.more().get("p99Ms"))
        .with("manyRecallAt10", many.more().get("recallAt10"))
        .with("coverage", 1);
  }
}
