package dev.freshet.state.simulation;

import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.IndexKind;
import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.ModelReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** The stage that says which model encodes a task: the index's own, or one that it trains. */
final class SimulatedTraining {

  /** One time in so many that it looks, the model grows. */
  private static final int GROWTH = 8;

  /** One time in so many that it grows, another takes its place. */
  private static final int RENEWAL = 4;

  private final SimulatedDataset dataset;
  private final Faults faults;
  private final SimulatedWorkers workers;
  private final boolean trains;
  private final boolean grows;
  private final Supplier<UUID> uuids;
  private final Random random;
  private long resolvedAt;

  SimulatedTraining(
      SimulatedDataset dataset,
      Faults faults,
      SimulatedWorkers workers,
      IndexKind type,
      Supplier<UUID> uuids,
      Random random) {
    this.dataset = dataset;
    this.faults = faults;
    this.workers = workers;
    this.trains = type instanceof IndexType;
    this.grows = trains && type.builder() == IndexKind.Builder.FRESHET;
    this.uuids = uuids;
    this.random = random;
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
      state.model = adopt(manifest, state.model);
      if (state.model.isEmpty()) {
        state.model = Optional.of(train());
      } else if (grows && random.nextInt(GROWTH) == 0) {
        boolean renewed = random.nextInt(RENEWAL) == 0;
        state.model =
            Optional.of(renewed ? renew(state.model.get(), manifest) : grow(state.model.get()));
      }
      resolvedAt = version;
    }
    return state.model;
  }

  private Optional<ModelReference> adopt(
      ManifestVersion manifest, Optional<ModelReference> current) {
    List<ModelReference> models = new ArrayList<>();
    Map<String, Long> rows = new HashMap<>();
    for (CommittedSegment segment : manifest.index().segments()) {
      String id = dataset.store.read(segment.uuid()).model();
      models.add(new ModelReference(id, segment.uuid()));
      rows.merge(id, manifest.liveRows(segment.coverage()), Long::sum);
    }
    current.filter(model -> dataset.store.holds(model.segment())).ifPresent(models::add);
    return dataset.store.lineage.of(models).adopt(rows, current);
  }

  private ModelReference grow(ModelReference model) {
    return write(SimulatedLineage.grownFrom(model.id(), uuids.get()));
  }

  /** What is kept of it is written first, so whoever sees the model finds it. */
  private ModelReference renew(ModelReference model, ManifestVersion manifest) {
    String successor = "trained-" + uuids.get();
    Set<String> others = new HashSet<>(Set.of(model.id()));
    manifest.index().segments().stream()
        .map(segment -> dataset.store.read(segment.uuid()).model())
        .filter(id -> !id.equals("unknown"))
        .forEach(others::add);
    dataset.store.lineage.replace(others, successor);
    return write(successor);
  }

  private ModelReference train() {
    return write("trained-" + uuids.get());
  }

  private ModelReference write(String model) {
    faults.pass(Step.TRAIN);
    UUID segment = uuids.get();
    workers.write(segment, new SegmentRows(model, List.of()));
    faults.pass(Step.TRAINED);
    return new ModelReference(model, segment);
  }
}
