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
import dev.freshet.state.model.ScalarType;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.planning.ModelLineage;
import dev.freshet.state.planning.Recoding;
import dev.freshet.state.planning.SegmentPolicy;
import dev.freshet.state.planning.UnpublishedPlans;
import dev.freshet.state.protocol.PlanningStep;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.UnsupportedSegmentException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plans a window's shards against the fresh manifest. */
final class WindowPlanner implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WindowPlanner.class);

  /** A segment that was not replaced, whatever the reason, is left alone for so long. */
  private static final Duration REST = Duration.ofHours(4);

  private final StreamOptions options;
  private final PlanningStep step;
  private final DatasetVersions versions;
  private final SegmentModels models;

  /** When segments were last planned to be encoded again, and those that cannot be. */
  private final Map<UUID, Instant> encodedAgain = new HashMap<>();

  private final Set<UUID> tooLarge = new HashSet<>();

  WindowPlanner(StreamOptions options, IndexStorage storage) {
    this.options = options;
    this.step = new PlanningStep(policy(options), options.stallTimeout(), UUID::randomUUID);
    this.versions = new DatasetVersions(options.location(), ArrowBudget.MANIFEST);
    this.models = SegmentModels.of(options, storage, versions);
  }

  private static SegmentPolicy policy(StreamOptions options) {
    return isOneSegment(options)
        ? SegmentPolicy.ONE
        : new SegmentPolicy(
            options.segmentsPerTier(),
            Math.min(SegmentPolicy.DEFAULT.floorRows(), options.segmentRows()),
            options.segmentRows());
  }

  private static boolean isOneSegment(StreamOptions options) {
    return options.index().type() instanceof ScalarType scalar && scalar.isOneSegment();
  }

  /**
   * Whether the index must have one segment: plans are made until it has, as a segment that was to
   * be replaced may be another one by then.
   */
  boolean isOneSegment() {
    return isOneSegment(options);
  }

  /** Whether shards must wait for plans to be published, as a segment that is claimed stays. */
  boolean mustWait(UnpublishedPlans earlier, Instant now) {
    return isOneSegment()
        && !earlier.reconcile(latest(), now, options.stallTimeout()).plans().isEmpty();
  }

  PlanningStep.Result plan(List<SealedShard> sealed, UnpublishedPlans earlier, Instant now)
      throws IOException {
    ManifestVersion manifest = latest();
    Map<UUID, Optional<ModelReference>> committed = modelsOf(manifest.index());
    ModelLineage lineage = models.lineage(references(committed, sealed));
    Map<UUID, ModelReference> former = former(committed, lineage);
    PlanningStep.Result result =
        step.plan(
            sealed, earlier, manifest, committed, lineage, recoding(former, manifest, now), now);
    for (SegmentPlan plan : result.planned().plans()) {
      plan.absorbed().stream()
          .map(CommittedSegment::uuid)
          .filter(former::containsKey)
          .forEach(segment -> encodedAgain.put(segment, now));
    }
    int dropped = result.planned().dropped().size();
    if (dropped > 0) {
      LOG.info("Dropped {} sealed shards of no use any more", dropped);
    }
    return result;
  }

  /** Segments whose model has given way, each with the one that took its place. */
  private static Map<UUID, ModelReference> former(
      Map<UUID, Optional<ModelReference>> committed, ModelLineage lineage) {
    Map<UUID, ModelReference> former = new HashMap<>();
    committed.forEach(
        (segment, model) ->
            lineage.successor(model).ifPresent(successor -> former.put(segment, successor)));
    return former;
  }

  private Recoding recoding(Map<UUID, ModelReference> former, ManifestVersion manifest, Instant now)
      throws IOException {
    encodedAgain.keySet().retainAll(former.keySet());
    tooLarge.retainAll(former.keySet());
    encodedAgain.values().removeIf(tried -> tried.plus(REST).isBefore(now));
    long most = Long.MAX_VALUE;
    for (ModelReference successor : Set.copyOf(former.values())) {
      most = Math.min(most, models.rowsAtOnce(successor));
    }
    for (CommittedSegment segment : manifest.index().segments()) {
      long rows = manifest.liveRows(segment.coverage());
      if (rows > most && former.containsKey(segment.uuid()) && tooLarge.add(segment.uuid())) {
        LOG.warn(
            "Segment {} keeps its former model, as its {} rows are too many to encode at once:"
                + " 'freshet retrain' builds the index anew",
            segment.uuid(),
            rows);
      }
    }
    return new Recoding(most, encodedAgain.keySet());
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
