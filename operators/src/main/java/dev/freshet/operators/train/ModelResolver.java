package dev.freshet.operators.train;

import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.operators.metrics.TrainingMetrics;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexKind;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.ShardTask;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
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
 * and the first time it is the one that the options give, or one is trained from a sample. Then the
 * model {@link ModelFollower grows} where the rows of the task ask for it.
 */
final class ModelResolver implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ModelResolver.class);

  private static final int MEASURED_ROWS = 1024;

  private final StreamOptions options;
  private final DatasetVersions versions;
  private final ModelStore store;
  private final ForeignSegments foreign;
  private final FirstFit fit;
  private final RowSamples samples;
  private final ModelTraining training;
  private final Optional<ModelFollower> follower;
  private Optional<ModelReference> current;

  /** The version that was looked at last, what there was in it, and for rows of which version. */
  private Optional<Look> latest = Optional.empty();

  private long resolvedAt;

  /** Rows up to this version were there to train on. */
  private long trainedAt;

  /** A version that is open, and its manifest. */
  private record Look(DatasetHandle dataset, ManifestVersion manifest) {}

  ModelResolver(
      StreamOptions options,
      IndexStorage storage,
      TrainingMetrics metrics,
      Optional<ModelReference> restored)
      throws IOException {
    this.options = options;
    this.versions = new DatasetVersions(options.location(), ArrowBudget.SAMPLE);
    this.store = ModelStore.of(options, storage, versions);
    this.foreign = new ForeignSegments(storage);
    this.fit = new FirstFit(options, store);
    this.samples = new RowSamples(options.vectors());
    this.training = new ModelTraining(options, store, samples, metrics);
    ModelSuccession succession = new ModelSuccession(options, store, training);
    this.follower =
        options.modelFollows() && options.index().type().builder() == IndexKind.Builder.FRESHET
            ? Optional.of(new ModelFollower(options, store, samples, succession, metrics))
            : Optional.empty();
    this.current = restored;
  }

  Optional<ModelReference> current() {
    return current;
  }

  /** The model for a task; empty if there is none and the rows cannot train one yet. */
  Optional<ModelReference> resolve(ShardTask task) throws IOException {
    if (task.version() > resolvedAt || current.isEmpty()) {
      lookAgain();
      resolvedAt = task.version();
    }
    if (current.isPresent() && follower.isPresent() && task.version() > trainedAt) {
      Look look = latest.orElseThrow();
      current =
          Optional.of(follower.get().follow(current.get(), look.dataset(), look.manifest(), task));
    }
    return current;
  }

  private void lookAgain() throws IOException {
    release();
    DatasetHandle dataset = versions.latest();
    ManifestVersion manifest = read(dataset);
    latest = Optional.of(new Look(dataset, manifest));
    foreign.refuse(dataset, options.index(), manifest.index());
    current = adopt(manifest);
    if (current.isEmpty() && options.modelSegment().isPresent()) {
      current = Optional.of(store.referenceTo(options.modelSegment().get()));
    } else if (current.isEmpty()) {
      current = training.first(dataset, manifest);
      trainedAt = manifest.version();
    }
    if (current.isPresent()) {
      fit.keep(current.get(), () -> firstRows(dataset, manifest));
    }
  }

  private ManifestVersion read(DatasetHandle dataset) {
    try {
      return ManifestReader.read(dataset, options.index().name());
    } catch (RuntimeException e) {
      dataset.close();
      throw e;
    }
  }

  /** What the index says, of its own models and what the current one has grown to since. */
  private Optional<ModelReference> adopt(ManifestVersion manifest) throws IOException {
    LogicalIndex index = manifest.index();
    store.retain(index);
    List<ModelReference> models = new ArrayList<>();
    Map<String, Long> rows = new HashMap<>();
    for (CommittedSegment segment : largestFirst(index)) {
      try {
        ModelReference model = store.referenceTo(segment.uuid());
        models.add(model);
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
    boolean known = current.filter(model -> rows.containsKey(model.id())).isPresent();
    if (!known && !isGone(current)) {
      models.add(current.orElseThrow());
    }
    return store.lineage(models).adopt(rows, current);
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
    return samples.drawReadable(
        dataset, covered.isEmpty() ? manifest.live() : covered, MEASURED_ROWS);
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

  private void release() {
    latest.ifPresent(look -> look.dataset().close());
    latest = Optional.empty();
  }

  @Override
  public void close() {
    follower.ifPresent(ModelFollower::close);
    release();
    versions.close();
  }
}
