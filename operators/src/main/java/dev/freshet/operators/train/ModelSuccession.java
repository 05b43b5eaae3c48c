package dev.freshet.operators.train;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.planning.ModelLineage;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides when a model that has grown gives way to another: each segment carries its model, and a
 * query compares all centroids. Not thread-safe.
 */
final class ModelSuccession {

  /** So many times the partitions that a model had at first, or that the table would get anew. */
  private static final int GROWTH = 4;

  /** One row in so many has come since the model took the place of another, or that was tried. */
  private static final int CHANGED_SHARE = 4;

  private final ModelStore store;
  private final ModelTraining training;
  private final Successions successions;

  /** The last fragment that there was when another model was tried. */
  private int triedUpTo = -1;

  ModelSuccession(StreamOptions options, ModelStore store, ModelTraining training) {
    this.store = store;
    this.training = training;
    this.successions = Successions.of(options);
  }

  /**
   * Whether the model has grown enough, the table has changed enough, and nothing is left of former
   * models.
   *
   * @param first partitions that it had at first, or that the table would get anew
   */
  boolean isDue(IvfModel model, int first, ManifestVersion manifest) throws IOException {
    if (model.partitions() < GROWTH * first) {
      return false;
    }
    int last = Math.max(triedUpTo, successions.lastFragment(model.origin()).orElse(-1));
    long since =
        manifest.fragments().stream()
            .filter(fragment -> fragment.id() > last)
            .mapToLong(Fragment::liveRows)
            .sum();
    return since >= manifest.liveRows() / CHANGED_SHARE && !hasFormerModels(manifest);
  }

  /** Whether segments are still to be encoded again. */
  private boolean hasFormerModels(ManifestVersion manifest) throws IOException {
    List<ModelReference> models = new ArrayList<>();
    for (CommittedSegment segment : manifest.index().segments()) {
      models.add(store.referenceTo(segment.uuid()));
    }
    ModelLineage lineage = store.lineage(models);
    return models.stream().anyMatch(model -> lineage.successor(Optional.of(model)).isPresent());
  }

  /** What takes the place of the model; empty if nothing fits the rows as well. */
  Optional<ModelReference> successor(
      IvfModel model, DatasetHandle dataset, ManifestVersion manifest) throws IOException {
    triedUpTo = ModelTraining.lastFragment(manifest);
    return training.successor(dataset, manifest, model);
  }
}
