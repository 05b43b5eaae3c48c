package dev.freshet.job;

import dev.freshet.job.report.Coarseness;
import dev.freshet.job.report.IndexDescription;
import dev.freshet.lance.commit.CommitGuard;
import dev.freshet.lance.commit.SuccessorName;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.manifest.Namesake;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.operators.train.ForeignSegments;
import dev.freshet.operators.train.ModelErrors;
import dev.freshet.operators.train.Successions;
import dev.freshet.operators.train.TrainingPlan;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;
import java.io.IOException;
import java.util.Optional;

/** Finds what is wrong with the options before anything is started or changed. */
public final class StartChecks {

  private final StreamOptions options;

  public StartChecks(StreamOptions options) {
    this.options = options;
  }

  /**
   * Checks the options against the dataset.
   *
   * @return what the user should know, if there is anything
   * @throws DatasetException in one line, if the stream cannot run
   */
  public Optional<String> check(DatasetVersions versions) throws IOException {
    SuccessorName.refuse(options.index().name());
    return checkSuccessor(versions);
  }

  /**
   * The same for an index that is built to replace another one.
   *
   * @return what the user should know, if there is anything
   * @throws DatasetException in one line, if the job cannot run
   */
  public Optional<String> checkSuccessor(DatasetVersions versions) throws IOException {
    StorageAccess.requireWritable(options.location());
    try (DatasetHandle dataset = versions.latest()) {
      CommitGuard.check(
          dataset, StorageAccess.datasetFiles(options.location(), RequestCounter.NONE));
      return options.index() instanceof IndexSpec.Scalar scalar
          ? checkValues(dataset, scalar)
          : checkVectors(dataset, options.vectors());
    }
  }

  private Optional<String> checkValues(DatasetHandle dataset, IndexSpec.Scalar index)
      throws IOException {
    dataset.field(index.column()); // fails if there is none
    IndexableColumn.check(dataset, index);
    Optional<String> other = Namesake.difference(dataset, index);
    if (other.isPresent()) {
      throw different(other.get());
    }
    LogicalIndex existing = ManifestReader.read(dataset, index.name()).index();
    new ForeignSegments(options.indexStorage()).refuse(dataset, index, existing);
    return existing.segments().isEmpty()
        ? Optional.empty()
        : Optional.of("Index " + index.name() + " exists: it is kept fresh as it is");
  }

  private Optional<String> checkVectors(DatasetHandle dataset, IndexSpec.Vector index)
      throws IOException {
    VectorColumn column = dataset.column(index.column());
    ManifestVersion manifest = ManifestReader.read(dataset, index.name());
    TrainingPlan plan = TrainingPlan.of(index, column, Math.max(1, manifest.liveRows()));
    Optional<IndexDescription> existing =
        IndexDescription.find(dataset, index.name(), options.indexStorage());
    if (existing.isPresent()) {
      checkSame(existing.get(), index);
      return Optional.of(takenOver(existing.get().model(), index, manifest.liveRows()));
    }
    return manifest.liveRows() >= plan.leastRows()
        ? Optional.empty()
        : Optional.of(
            "The dataset has "
                + manifest.liveRows()
                + " rows, too few to train an index: "
                + plan.leastRows()
                + " are needed");
  }

  /** Partitions that another writer has joined are no error: the stream must start again. */
  private static String takenOver(IvfModel model, IndexSpec.Vector index, long rows) {
    return "Index "
        + index.name()
        + " exists: its model "
        + model.id()
        + " is taken over"
        + Coarseness.of(model.partitions(), index.partitions(), rows)
            .map(warning -> "; " + warning)
            .orElse("");
  }

  private void checkSame(IndexDescription existing, IndexSpec.Vector wanted) throws IOException {
    IvfModel model = existing.model();
    require(existing.column().equals(wanted.column()), "is over column " + existing.column());
    require(model.type() == wanted.type(), "is of type " + model.type());
    require(model.metric() == wanted.metric(), "has metric " + model.metric().lanceName());
    if (wanted.partitions().isPresent()) {
      int partitions = wanted.partitions().getAsInt();
      require(
          partitions >= model.partitions() || isOurs(model, partitions),
          "has " + model.partitions() + " partitions");
    }
    if (wanted.subVectors().isPresent() && model.quantizer() instanceof Quantizer.Product pq) {
      require(
          wanted.subVectors().getAsInt() == pq.subVectors(),
          "has " + pq.subVectors() + " sub-vectors");
    }
  }

  /**
   * Whether a stream that was asked for so many partitions has made more of them. Each model that a
   * job has met has left how well it fitted, and each that took the place of others whose.
   */
  private boolean isOurs(IvfModel model, int partitions) throws IOException {
    return ModelErrors.of(options).find(model.first(partitions).id()).isPresent()
        || Successions.of(options).lastFragment(model.origin()).isPresent();
  }

  private void require(boolean same, String difference) {
    if (!same) {
      throw different(difference);
    }
  }

  private DatasetException different(String difference) {
    return new DatasetException(
        "Index "
            + options.index().name()
            + " exists and "
            + difference
            + ": ask for the same, or give another index name");
  }
}
