package dev.freshet.bench.work;

import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.read.VectorSample;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.train.ModelStore;
import dev.freshet.operators.train.TrainingPlan;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.apache.flink.configuration.Configuration;

/** The model that both systems are given: the only segment of a dataset that is not indexed yet. */
final class GivenModel {

  private static final long SEED = 42;

  private GivenModel() {}

  /** Trains one over the dataset as a stream does, and saves it there. */
  static IvfModel train(StreamOptions options) throws IOException {
    try (DatasetVersions versions =
            new DatasetVersions(options.location(), 2 * ArrowBudget.SAMPLE);
        DatasetHandle dataset = versions.latest()) {
      ManifestVersion manifest = ManifestReader.read(dataset, options.index().name());
      VectorColumn column = dataset.column(options.index().column());
      TrainingPlan plan = TrainingPlan.of(options.vectors(), column, manifest.liveRows());
      VectorBatch sample =
          new VectorSample(dataset, column, options.vectors().metric(), manifest.live())
              .draw(plan.sampleRows(), SEED);
      IvfModel model = plan.train(sample.vectors(), sample.rows());
      save(options, model);
      return model;
    }
  }

  /** Saves one in a dataset. */
  static void save(StreamOptions options, IvfModel model) throws IOException {
    try (DatasetVersions versions =
        new DatasetVersions(options.location(), 2 * ArrowBudget.SAMPLE)) {
      ModelStore.of(options, options.indexStorage(), versions).save(model);
    }
  }

  /** Has a stream take it. */
  static void give(Configuration config) throws IOException {
    UUID segment = segment(StreamOptions.from(config).indexStorage());
    config.set(FreshetOptions.MODEL_SEGMENT, segment.toString());
  }

  static IvfModel read(IndexStorage storage) throws IOException {
    return SegmentReader.open(storage, segment(storage)).model();
  }

  private static UUID segment(IndexStorage storage) throws IOException {
    List<UUID> segments = storage.list();
    if (segments.size() != 1) {
      throw new IOException(
          storage.datasetUri() + " has " + segments.size() + " segments, not that of a model");
    }
    return segments.get(0);
  }
}
