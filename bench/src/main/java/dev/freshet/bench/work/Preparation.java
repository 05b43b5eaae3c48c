package dev.freshet.bench.work;

import dev.freshet.bench.process.Measurement;
import dev.freshet.bench.process.Usage;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.read.VectorSample;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.train.ModelStore;
import dev.freshet.operators.train.TrainingPlan;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes what all runs of a work start from: the dataset, the queries, the model. */
final class Preparation {

  private static final long SEED = 42;

  private final Scratch scratch;
  private final VectorData data;
  private final IndexShape index;
  private final StreamOptions options;

  Preparation(Scratch scratch, VectorData data, IndexShape index) {
    this.scratch = scratch;
    this.data = data;
    this.index = index;
    this.options = StreamOptions.from(index.options(scratch.dataset().toString()));
  }

  /**
   * Makes it, unless it is there already.
   *
   * @param queries how many
   * @param model whether to train one for both systems
   */
  Measurement make(Work work, int queries, boolean model) throws IOException {
    Usage usage = Usage.start();
    if (scratch.holds(work)) {
      return usage.end(0);
    }
    scratch.clear();
    data.write(scratch.dataset().toString());
    Path warmUp = scratch.warmUp().dataset();
    Files.createDirectories(warmUp.getParent());
    data.forWarmUp().write(warmUp.toString());
    try (DatasetVersions versions =
            new DatasetVersions(options.location(), 2 * ArrowBudget.SAMPLE);
        DatasetHandle dataset = versions.latest()) {
      ManifestVersion manifest = ManifestReader.read(dataset, options.index().name());
      Queries.draw(dataset, manifest, queries).write(scratch.directory());
      if (model) {
        IvfModel trained = train(dataset, manifest);
        save(options, trained);
        save(StreamOptions.from(index.options(warmUp.toString())), trained);
      }
    }
    scratch.made(work);
    return usage.end(data.rows());
  }

  private IvfModel train(DatasetHandle dataset, ManifestVersion manifest) throws IOException {
    VectorColumn column = dataset.column(options.index().column());
    TrainingPlan plan = TrainingPlan.of(options.vectors(), column, manifest.liveRows());
    VectorBatch sample =
        new VectorSample(dataset, column, options.vectors().metric(), manifest.live())
            .draw(plan.sampleRows(), SEED);
    return plan.train(sample.vectors(), sample.rows());
  }

  private static void save(StreamOptions options, IvfModel model) throws IOException {
    try (DatasetVersions versions =
        new DatasetVersions(options.location(), 2 * ArrowBudget.SAMPLE)) {
      ModelStore.of(options, options.indexStorage(), versions).save(model);
    }
  }
}
