package dev.freshet.bench.work;

import dev.freshet.bench.process.BenchProcess;
import dev.freshet.bench.process.Measurement;
import dev.freshet.bench.process.Usage;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.sample.LanceIndexing;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/**
 * Indexes a whole dataset.
 *
 * @param modelGiven whether both are given one model; else each trains its own, with its defaults
 */
record BuildWork(String name, VectorData data, IndexShape index, boolean modelGiven)
    implements Work {

  private static final int QUERIES = 100;

  /** Two models of the same quality differ by a hundredth in the recall of a few queries. */
  private static final int QUERIES_OF_MODELS = 1000;

  @Override
  public Kind kind() {
    return Kind.BUILD;
  }

  @Override
  public String description() {
    return index.over(data) + (modelGiven ? ", model given" : ", training and build");
  }

  @Override
  public Work scaled(double factor) {
    VectorData scaled = data.scaled(factor);
    return new BuildWork(name, scaled, index.forRows(scaled.rows()), modelGiven);
  }

  @Override
  public Measurement prepare(BenchProcess processes) throws IOException {
    return new Preparation(new Scratch(processes.directory(), name), data, index)
        .make(this, modelGiven ? QUERIES : QUERIES_OF_MODELS, modelGiven);
  }

  @Override
  public Measurement freshet(BenchProcess processes) throws Exception {
    Scratch scratch = new Scratch(processes.directory(), name);
    Configuration config = index.options(scratch.copy().toString());
    if (modelGiven) {
      GivenModel.give(config);
    }
    try (FreshetJob freshet = FreshetJob.start(config, scratch.checkpoints())) {
      Measurement warmUp = warmUp(freshet, scratch.warmUp());
      scratch.cache();
      return freshet
          .once(config, data.rows())
          .with("warmUpSeconds", warmUp.seconds())
          .with("clusterStartSeconds", freshet.startSeconds())
          .with(Published.quality(StreamOptions.from(config), scratch));
    }
  }

  /** A running cluster has run a job before: its code is loaded and compiled. */
  private Measurement warmUp(FreshetJob freshet, Scratch scratch) throws Exception {
    Configuration config = index.options(scratch.copy().toString());
    if (modelGiven) {
      GivenModel.give(config);
    }
    return freshet.once(config, data.forWarmUp().rows());
  }

  @Override
  public Measurement other(BenchProcess processes) throws IOException {
    Scratch scratch = new Scratch(processes.directory(), name);
    StreamOptions options = StreamOptions.from(index.options(scratch.copy().toString()));
    Optional<IvfModel> model =
        modelGiven ? Optional.of(GivenModel.read(options.indexStorage())) : Optional.empty();
    try (DatasetVersions versions =
            new DatasetVersions(options.location(), 2 * ArrowBudget.SAMPLE);
        DatasetHandle dataset = versions.latest()) {
      LanceIndexing lance = new LanceIndexing(dataset, dataset.column(VectorTable.VECTOR));
      scratch.cache();
      Usage usage = Usage.start();
      if (model.isPresent()) {
        lance.build(IndexShape.NAME, model.get());
      } else {
        lance.trainAndBuild(
            IndexShape.NAME, Metric.L2, index.partitions(), index.subVectors().orElseThrow());
      }
      return usage.end(data.rows()).with(Published.quality(options, scratch));
    }
  }
}
