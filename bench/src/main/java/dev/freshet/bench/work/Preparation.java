package dev.freshet.bench.work;

import dev.freshet.bench.process.Measurement;
import dev.freshet.bench.process.Usage;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes what all runs of a work start from: the dataset, the queries, the model. */
final class Preparation {

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
    }
    if (model) {
      IvfModel trained = GivenModel.train(options);
      GivenModel.save(StreamOptions.from(index.options(warmUp.toString())), trained);
    }
    scratch.made(work);
    return usage.end(data.rows());
  }
}
