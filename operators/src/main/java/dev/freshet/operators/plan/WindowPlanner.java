package dev.freshet.operators.plan;

import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.train.SegmentModels;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.LogicalIndex;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.planning.ModelLineage;
import dev.freshet.state.planning.SegmentPolicy;
import dev.freshet.state.planning.UnpublishedPlans;
import dev.freshet.state.protocol.PlanningStep;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.UnsupportedSegmentException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plans a window's shards against the fresh manifest. */
final class WindowPlanner implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WindowPlanner.class);

  private final StreamOptions options;
  private final PlanningStep step;
  private final DatasetVersions versions;
  private final SegmentModels models;

  WindowPlanner(StreamOptions options, IndexStorage storage) {
    this.options = options;
    this.step =
        new PlanningStep(
            new SegmentPolicy(
                options.segmentsPerTier(),
                Math.min(SegmentPolicy.DEFAULT.floorRows(), options.segmentRows()),
                options.segmentRows()),
            options.stallTimeout(),
            UUID::randomUUID);
    this.versions = new DatasetVersions(options.location(), ArrowBudget.MANIFEST);
    this.models = SegmentModels.of(options, storage, versions);
  }

  PlanningStep.Result plan(List<SealedShard> sealed, UnpublishedPlans earlier, Instant now)
      throws IOException {
    ManifestVersion manifest = latest();
    Map<UUID, Optional<ModelReference>> committed = modelsOf(manifest.index());
    ModelLineage lineage = models.lineage(references(committed, sealed));
    PlanningStep.Result result = step.plan(sealed, earlier, manifest, committed, lineage, now);
    int dropped = result.planned().dropped().size();
    if (dropped > 0) {
      LOG.info("Dropped {} sealed shards of no use any more", dropped);
    }
    return result;
  }

  /** Each model with a segment that is there for as long as it is wanted. */
  private static List<ModelReference> references(
      Map<UUID, Optional<ModelReference>> committed, List<SealedShard> sealed) {
    Stream<ModelReference> fresh =
        sealed.stream()
            .filter(shard -> !shard.segments().isEmpty() && shard.model().isPresent())
            .map(shard -> new ModelReference(shard.modelId(), shard.segments().get(0)));
    return Stream.concat(committed.values().stream().flatMap(Optional::stream), fresh).toList();
  }

  private ManifestVersion latest() {
    try (DatasetHandle dataset = versions.latest()) {
      return ManifestReader.read(dataset, options.index().name());
    }
  }

  /** Without those that cannot be read: they are not absorbed. */
  private Map<UUID, Optional<ModelReference>> modelsOf(LogicalIndex index) throws IOException {
    models.retain(index);
    Map<UUID, Optional<ModelReference>> found = new HashMap<>();
    for (CommittedSegment segment : index.segments()) {
      try {
        found.put(segment.uuid(), models.modelOf(segment.uuid()));
      } catch (CorruptSegmentException | UnsupportedSegmentException | FileNotFoundException e) {
        LOG.error("Segment {} of index {} cannot be read", segment.uuid(), index.name(), e);
      }
    }
    return found;
  }

  @Override
  public void close() {
    versions.close();
  }
}
