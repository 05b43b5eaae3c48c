package dev.freshet.state.simulation;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.ModelReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** The stage that says which model encodes a task: the index's own, or one that it trains. */
final class SimulatedTraining {

  private final SimulatedDataset dataset;
  private final Faults faults;
  private final SimulatedWorkers workers;
  private final boolean trains;
  private final Supplier<UUID> uuids;
  private long resolvedAt;

  SimulatedTraining(
      SimulatedDataset dataset,
      Faults faults,
      SimulatedWorkers workers,
      boolean trains,
      Supplier<UUID> uuids) {
    this.dataset = dataset;
    this.faults = faults;
    this.workers = workers;
    this.trains = trains;
    this.uuids = uuids;
  }

  /** After a restart the index is looked at again. */
  void restart() {
    resolvedAt = 0;
  }

  /** The model for rows of a version; none for an index without vectors. */
  Optional<ModelReference> resolve(JobState state, long version) {
    if (!trains) {
      return Optional.empty();
    }
    if (version > resolvedAt || state.model.isEmpty()) {
      ManifestVersion manifest = faults.call(Step.OBSERVE_TO_TRAIN, dataset::manifest);
      List<ModelReference> committed = committed(manifest);
      Optional<String> known = state.model.map(ModelReference::id);
      state.model =
          committed.stream()
              .filter(model -> known.filter(model.id()::equals).isPresent())
              .findFirst()
              .or(() -> committed.stream().findFirst())
              .or(() -> state.model.filter(model -> dataset.store.holds(model.segment())));
      if (state.model.isEmpty()) {
        state.model = Optional.of(train());
      }
      resolvedAt = version;
    }
    return state.model;
  }

  private List<ModelReference> committed(ManifestVersion manifest) {
    List<ModelReference> models = new ArrayList<>();
    for (CommittedSegment segment : manifest.index().segments()) {
      models.add(new ModelReference(dataset.store.read(segment.uuid()).model(), segment.uuid()));
    }
    return models;
  }

  private ModelReference train() {
    faults.pass(Step.TRAIN);
    String model = "trained-" + uuids.get();
    UUID segment = uuids.get();
    workers.write(segment, new SegmentRows(model, List.of()));
    faults.pass(Step.TRAINED);
    return new ModelReference(model, segment);
  }
}
