package dev.freshet.operators.train;

import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.read.VectorSample;
import dev.freshet.operators.metrics.TrainingMetrics;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.Metric;
import dev.freshet.state.model.ModelReference;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides with which model new rows are encoded.
 *
 * <p>An index that exists decides: of its models the one that covers most live rows is adopted, so
 * that a stream follows an index to its new model. Else the model that was found before is kept,
 * and the first time it is the one that the options give, or one is trained from a sample.
 */
final class ModelResolver implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ModelResolver.class);
  private static final long SAMPLE_SEED = 42;

  private static final int MEASURED_ROWS = 1024;

  /** Rows of a fragment that tell whether it can be read. */
  private static final int PROBED_ROWS = 64;

  private final StreamOptions options;
  private final TrainingMetrics metrics;
  private final DatasetVersions versions;
  private final ModelStore store;
  private final ForeignSegments foreign;
  private final FirstFit fit;
  private Optional<ModelReference> current;
  private long resolvedAt;

  ModelResolver(
      StreamOptions options,
      IndexStorage storage,
      TrainingMetrics metrics,
      Optional<ModelReference> restored) {
    this.options = options;
    this.metrics = metrics;
    this.versions = new DatasetVersions(options.location(), ArrowBudget.SAMPLE);
    this.store = ModelStore.of(options, storage, versions);
    this.foreign = new ForeignSegments(storage);
    this.fit = new FirstFit(options, store);
    this.current = restored;
  }

  Optional<ModelReference> current() {
    return current;
  }

  /** The model for rows of a version; empty if there is none and its rows cannot train one yet. */
  Optional<ModelReference> resolve(long version) throws IOException {
    if (version > resolvedAt || current.isEmpty()) {
      try (DatasetHandle dataset = versions.latest()) {
        ManifestVersion manifest = ManifestReader.read(dataset, options.index().name());
        foreign.refuse(dataset, options.index(), manifest.index());
        current = adopt(manifest);
        if (current.isEmpty() && options.modelSegment().isPresent()) {
          current = Optional.of(store.referenceTo(options.modelSegment().get()));
        } else if (current.isEmpty()) {
          current = train(dataset, manifest.live(), manifest.liveRows());
        }
        if (current.isPresent()) {
          fit.keep(current.get(), () -> firstRows(dataset, manifest));
        }
        resolvedAt = version;
      }
    }
    return current;
  }

  /** The model of most live rows as a committed segment holds it; of equals the current one. */
  private Optional<ModelReference> adopt(ManifestVersion manifest) throws IOException {
    LogicalIndex index = manifest.index();
    store.retain(index);
    Map<String, ModelReference> models = new LinkedHashMap<>();
    Map<String, Long> rows = new HashMap<>();
    for (CommittedSegment segment : largestFirst(index)) {
      try {
        ModelReference model = store.referenceTo(segment.uuid());
        models.putIfAbsent(model.id(), model);
        rows.merge(model.id(), manifest.liveRows(segment.coverage()), Long::sum);
      } catch (CorruptSegmentException | FileNotFoundException e) {
        LOG.error("Segment {} of index {} cannot be read", segment.uuid(), index.name(), e);
      }
    }
    if (models.isEmpty() && !index.segments().isEmpty()) {
      throw new IOException(
          "No segment of index "
              + index.name()
              + " of "
              + options.dataset()
              + " can be read: drop the index and let it be built anew");
    }
    long most = rows.values().stream().mapToLong(Long::longValue).max().orElse(0);
    List<ModelReference> adopted =
        models.values().stream().filter(model -> rows.get(model.id()) == most).toList();
    Optional<ModelReference> same =
        adopted.stream()
            .filter(model -> current.filter(one -> one.id().equals(model.id())).isPresent())
            .findFirst();
    return adopted.isEmpty() && !isGone(current) ? current : same.or(() -> first(adopted));
  }

  private static Optional<ModelReference> first(List<ModelReference> models) {
    return models.stream().findFirst();
  }

  private static List<CommittedSegment> largestFirst(LogicalIndex index) {
    return index.segments().stream()
        .sorted(Comparator.comparingInt(segment -> -segment.coverage().size()))
        .toList();
  }

  /** Rows that a model is trained on, or, of one that others trained, that it has encoded. */
  private VectorBatch firstRows(DatasetHandle dataset, ManifestVersion manifest)
      throws IOException {
    Coverage covered = manifest.covered();
    return sample(
        dataset,
        dataset.column(options.index().column()),
        covered.isEmpty() ? manifest.live() : covered,
        MEASURED_ROWS);
  }

  /** An old savepoint may name what was cleaned up long ago. */
  private boolean isGone(Optional<ModelReference> model) throws IOException {
    try {
      return model.isEmpty() || !store.idOf(model.get().segment()).equals(model.get().id());
    } catch (CorruptSegmentException | FileNotFoundException e) {
      LOG.warn("The model of index {} is gone: another is trained", options.index().name(), e);
      return true;
    }
  }

  private Optional<ModelReference> train(DatasetHandle dataset, Coverage live, long rows)
      throws IOException {
    VectorColumn column = dataset.column(options.index().column());
    TrainingPlan plan = TrainingPlan.of(options.vectors(), column, rows);
    VectorBatch sample = sample(dataset, column, live, plan.sampleRows());
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
    IvfModel model = plan.train(sample.vectors(), sample.rows());
    ModelReference reference = store.save(model);
    long millis = (System.nanoTime() - start) / 1_000_000;
    metrics.trained(millis);
    LOG.info(
        "Trained model {} of {} partitions from {} vectors in {} ms",
        reference.id(),
        model.partitions(),
        sample.rows(),
        millis);
    return Optional.of(reference);
  }

  private VectorBatch sample(
      DatasetHandle dataset, VectorColumn column, Coverage live, int sampleRows)
      throws IOException {
    try {
      return new VectorSample(dataset, column, metric(), live).draw(sampleRows, SAMPLE_SEED);
    } catch (IOException | RuntimeException e) {
      Coverage readable = readable(dataset, column, live);
      if (readable.isEmpty() || readable.equals(live)) {
        throw e;
      }
      LOG.error(
          "The model of index {} is trained without fragments {}, which cannot be read",
          options.index().name(),
          live.minus(readable),
          e);
      return new VectorSample(dataset, column, metric(), readable).draw(sampleRows, SAMPLE_SEED);
    }
  }

  /** The fragments that give some rows, each tried alone. */
  private Coverage readable(DatasetHandle dataset, VectorColumn column, Coverage live) {
    return Coverage.of(
        live.stream()
            .filter(
                fragment -> {
                  try {
                    new VectorSample(dataset, column, metric(), Coverage.of(fragment))
                        .draw(PROBED_ROWS, SAMPLE_SEED);
                    return true;
                  } catch (IOException | RuntimeException e) {
                    return false;
                  }
                }));
  }

  private Metric metric() {
    return options.vectors().metric();
  }

  @Override
  public void close() {
    versions.close();
  }
}
