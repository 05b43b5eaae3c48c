package dev.freshet.job;

import dev.freshet.job.report.Coarseness;
import dev.freshet.job.report.IndexDescription;
import dev.freshet.lance.commit.CommitGuard;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.operators.train.TrainingPlan;
import dev.freshet.state.model.IndexSpec;
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
    IndexSpec index = options.index();
    StorageAccess.requireWritable(options.location());
    try (DatasetHandle dataset = versions.latest()) {
      CommitGuard.check(
          dataset, StorageAccess.datasetFiles(options.location(), RequestCounter.NONE));
      VectorColumn column = dataset.column(index.column());
      ManifestVersion manifest = ManifestReader.read(dataset, index.name());
      TrainingPlan plan = TrainingPlan.of(index, column, Math.max(1, manifest.liveRows()));
      Optional<IndexDescription> existing =
          IndexDescription.find(dataset, index.name(), options.indexStorage());
      if (existing.isPresent()) {
        checkSame(existing.get());
        return Optional.of(takenOver(existing.get().model(), manifest.liveRows()));
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
  }

  /** Partitions that another writer has joined are no error: the stream must start again. */
  private String takenOver(IvfModel model, long rows) {
    String index = options.index().name();
    return "Index "
        + index
        + " exists: its model "
        + model.id()
        + " is taken over"
        + Coarseness.of(model.partitions(), options.index().partitions(), rows)
            .map(warning -> "; " + warning)
            .orElse("");
  }

  private void checkSame(IndexDescription existing) {
    IndexSpec wanted = options.index();
    IvfModel model = existing.model();
    require(existing.column().equals(wanted.column()), "is over column " + existing.column());
    require(model.type() == wanted.type(), "is of type " + model.type());
    require(model.metric() == wanted.metric(), "has metric " + model.metric().lanceName());
    wanted
        .partitions()
        .ifPresent(
            partitions ->
                require(
                    partitions >= model.partitions(), "has " + model.partitions() + " partitions"));
    if (wanted.subVectors().isPresent() && model.quantizer() instanceof Quantizer.Product pq) {
      require(
          wanted.subVectors().getAsInt() == pq.subVectors(),
          "has " + pq.subVectors() + " sub-vectors");
    }
  }

  private void require(boolean same, String difference) {
    if (!same) {
      throw new DatasetException(
          "Index "
              + options.index().name()
              + " exists and "
              + difference
              + ": ask for the same, or give another index name");
    }
  }
}
