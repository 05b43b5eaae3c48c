package dev.freshet.operators.train;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.operators.metrics.TrainingMetrics;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.IndexKind;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.ModelReference;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.ModelError;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains models of an index from samples of its dataset, and stores them. */
final class ModelTraining {

  private static final Logger LOG = LoggerFactory.getLogger(ModelTraining.class);

  /** One row in so many is not trained on but measured, so that few rows do not look too well. */
  private static final int HELD_OUT = 16;

  private static final int MEASURED_ROWS = 1024;

  /** Fewer say little; then the model is measured by whoever meets it next. */
  private static final int LEAST_MEASURED = 64;

  /** A model that is to take the place of another may fit rows so much worse. */
  private static final double WORSE = 1.5;

  private final StreamOptions options;
  private final ModelStore store;
  private final RowSamples samples;
  private final Successions successions;
  private final ModelErrors errors;
  private final TrainingMetrics metrics;

  /**
   * A model.
   *
   * @param others rows that it was not trained on; perhaps none
   */
  private record Trained(IvfModel model, VectorBatch others) {

    /** Whether it codes rows that it does not know about as well as another model does. */
    boolean fitsLike(IvfModel before) {
      OptionalDouble now = ModelError.of(model, Kernels.best(), others);
      OptionalDouble then = ModelError.of(before, Kernels.best(), others);
      return now.isPresent() && then.isPresent() && now.getAsDouble() <= WORSE * then.getAsDouble();
    }
  }

  ModelTraining(
      StreamOptions options, ModelStore store, RowSamples samples, TrainingMetrics metrics) {
    this.options = options;
    this.store = store;
    this.samples = samples;
    this.successions = Successions.of(options);
    this.errors = ModelErrors.of(options);
    this.metrics = metrics;
  }

  /** The first model of an index; empty if there are too few rows. */
  Optional<ModelReference> first(DatasetHandle dataset, ManifestVersion manifest)
      throws IOException {
    Optional<Trained> trained = train(dataset, manifest, plan(dataset, manifest));
    return trained.isPresent() ? Optional.of(save(trained.get())) : Optional.empty();
  }

  /**
   * A model of the same kind, trained on all rows, that takes the place of all that the index has:
   * of as many partitions as a table of so many rows gets, or up to half of those that there are if
   * it would fit the rows worse. Empty if it still would, or there are too few rows.
   */
  Optional<ModelReference> successor(
      DatasetHandle dataset, ManifestVersion manifest, IvfModel before) throws IOException {
    TrainingPlan plan = plan(dataset, manifest).codedAs(before.quantizer());
    for (int partitions = plan.spec().partitions();
        partitions <= before.partitions() / 2;
        partitions *= 2) {
      Optional<Trained> trained = train(dataset, manifest, plan.of(partitions));
      if (trained.isPresent() && trained.get().fitsLike(before)) {
        return Optional.of(takePlace(trained.get(), before, manifest));
      }
    }
    return Optional.empty();
  }

  /** What is kept of it comes first, so that whoever sees the model finds it. */
  private ModelReference takePlace(Trained trained, IvfModel before, ManifestVersion manifest)
      throws IOException {
    Set<String> origins = origins(manifest);
    origins.add(before.origin());
    successions.put(trained.model().origin(), lastFragment(manifest), origins);
    ModelReference reference = save(trained);
    LOG.info(
        "Model {} takes the place of {}, which has grown as far as it may: segments of that are"
            + " encoded again by and by",
        reference.id(),
        before.id());
    return reference;
  }

  /** The highest number of a fragment. */
  static int lastFragment(ManifestVersion manifest) {
    return manifest.fragments().stream().mapToInt(Fragment::id).max().orElse(0);
  }

  private ModelReference save(Trained trained) throws IOException {
    IvfModel model = trained.model();
    if (model.type().builder() == IndexKind.Builder.FRESHET) {
      OptionalDouble error = ModelError.of(model, Kernels.best(), trained.others());
      if (error.isPresent()) {
        errors.put(model.id(), error.getAsDouble());
      }
    }
    return store.save(model);
  }

  private TrainingPlan plan(DatasetHandle dataset, ManifestVersion manifest) {
    VectorColumn column = dataset.column(options.index().column());
    return TrainingPlan.of(options.vectors(), column, manifest.liveRows());
  }

  private Optional<Trained> train(
      DatasetHandle dataset, ManifestVersion manifest, TrainingPlan plan) throws IOException {
    VectorBatch sample = samples.drawReadable(dataset, manifest.live(), plan.sampleRows());
    if (sample.rows() < plan.leastRows()) {
      LOG.warn(
          "Index {} of {} waits: {} vectors of {} needed to train it can be measured",
          options.index().name(),
          options.dataset(),
          sample.rows(),
          plan.leastRows());
      return Optional.empty();
    }
    long start = System.nanoTime();
    int others = Math.min(sample.rows() / HELD_OUT, sample.rows() - plan.leastRows());
    int measured = others < LEAST_MEASURED ? 0 : Math.min(others, MEASURED_ROWS);
    VectorBatch heldOut = heldOut(sample, measured, plan.dimension());
    int learnt = sample.rows() - heldOut.rows();
    IvfModel model = plan.train(sample.vectors(), learnt);
    long millis = (System.nanoTime() - start) / 1_000_000;
    metrics.trained(millis);
    LOG.info(
        "Trained model {} of {} partitions from {} vectors in {} ms",
        model.id(),
        model.partitions(),
        learnt,
        millis);
    return Optional.of(new Trained(model, heldOut));
  }

  /** A copy of some rows from all over the sample, whose place the last ones take. */
  private static VectorBatch heldOut(VectorBatch sample, int count, int dimension) {
    int left = sample.rows() - count;
    float[] copies = new float[count * dimension];
    for (int i = 0; i < count; i++) {
      int from = (int) ((long) i * left / count) * dimension;
      System.arraycopy(sample.vectors(), from, copies, i * dimension, dimension);
      System.arraycopy(sample.vectors(), (left + i) * dimension, sample.vectors(), from, dimension);
    }
    BitSet valid = new BitSet();
    valid.set(0, count);
    return new VectorBatch(LongStream.range(0, count).toArray(), copies, valid, count);
  }

  /** Of the models of all segments that can be read. */
  private Set<String> origins(ManifestVersion manifest) throws IOException {
    Set<String> origins = new LinkedHashSet<>();
    for (CommittedSegment segment : manifest.index().segments()) {
      try {
        origins.add(SegmentReader.open(store.storage(), segment.uuid()).model().origin());
      } catch (CorruptSegmentException | FileNotFoundException e) {
        LOG.warn("The model of segment {} cannot be read", segment.uuid(), e);
      }
    }
    return origins;
  }
}
