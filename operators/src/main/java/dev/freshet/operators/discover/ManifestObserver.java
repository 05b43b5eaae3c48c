package dev.freshet.operators.discover;

import dev.freshet.lance.commit.CompactionHarm;
import dev.freshet.lance.commit.DatasetCompaction;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetException;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.manifest.WritePath;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.storage.RequestCounter;
import dev.freshet.operators.train.TrainingPlan;
import dev.freshet.state.model.CompactionGroup;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.SinkId;
import dev.freshet.state.planning.CompactionPace;
import dev.freshet.state.planning.CompactionPolicy;
import dev.freshet.state.planning.CompactionSelection;
import dev.freshet.state.planning.CompactionTrigger;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the dataset; on one thread, the enumerator's IO thread. */
final class ManifestObserver implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ManifestObserver.class);

  private final StreamOptions options;
  private final Optional<SinkCompletion> sinkEnd;
  private final DatasetVersions versions;
  private final CompactionPolicy compaction;
  private Optional<DatasetHandle> open = Optional.empty();
  private Optional<Observation> last = Optional.empty();
  private Instant nextCompaction = Instant.EPOCH;
  private boolean saidUncompacted;

  ManifestObserver(StreamOptions options) {
    this(options, Optional.empty());
  }

  /**
   * @param sink the table's sink in whose job the stream runs
   */
  ManifestObserver(StreamOptions options, Optional<SinkId> sink) {
    this.options = options;
    this.sinkEnd =
        sink.map(
            id ->
                new SinkCompletion(
                    id, StorageAccess.datasetFiles(options.location(), RequestCounter.NONE)));
    this.versions = new DatasetVersions(options.location(), ArrowBudget.ROWS);
    this.compaction =
        new CompactionPolicy(
            options.compaction().targetRows() / 2,
            options.compaction().smallFragments(),
            options.compaction().deletions());
  }

  /** The latest version; reads nothing but its number when that has not changed. */
  synchronized Observation observe() {
    boolean fresh = open.isEmpty() || open.get().latestVersion() != open.get().version();
    if (fresh) {
      release();
      open = Optional.of(versions.latest());
    }
    DatasetHandle dataset = open.get();
    Observation before = last.filter(seen -> !fresh).orElseGet(() -> look(dataset));
    last = Optional.of(before);
    return before.with(before.ended() ? List.of() : compactions(dataset, before.manifest()));
  }

  private Observation look(DatasetHandle dataset) {
    ManifestVersion manifest = ManifestReader.read(dataset, options.index().name());
    boolean ended = sinkEnd.map(end -> end.reached(dataset)).orElse(false);
    return new Observation(
        manifest,
        ShardSizing.width(dataset, options.index()),
        trainable(dataset, manifest),
        ended,
        List.of());
  }

  private boolean trainable(DatasetHandle dataset, ManifestVersion manifest) {
    if (!(options.index() instanceof IndexSpec.Vector index)
        || !manifest.index().segments().isEmpty()
        || options.modelSegment().isPresent()) {
      return true;
    }
    VectorColumn column = dataset.column(index.column());
    try {
      return dataset.hasVectors(
          column, TrainingPlan.of(index, column, manifest.liveRows()).leastRows());
    } catch (IOException e) {
      throw new DatasetException("Cannot count the vectors of " + dataset, e);
    }
  }

  private List<CompactionGroup> compactions(DatasetHandle dataset, ManifestVersion manifest) {
    Instant now = Instant.now();
    if (!options.compaction().enabled() || options.once() || now.isBefore(nextCompaction)) {
      return List.of();
    }
    nextCompaction = now.plus(options.compaction().interval());
    if (WritePath.isOn(dataset)) {
      sayUncompacted(dataset, "it has a write path; compact it with the LanceDB that writes it");
      return List.of();
    }
    if (!CompactionTrigger.due(manifest, compaction)) {
      return List.of();
    }
    List<CompactionGroup> groups =
        DatasetCompaction.plan(
            dataset,
            options.compaction().targetRows(),
            options.compaction().deletions(),
            CompactionPace.MAX_FRAGMENTS,
            fragments -> !isHarmful(dataset, fragments));
    return CompactionSelection.worthwhile(groups, manifest, compaction);
  }

  private boolean isHarmful(DatasetHandle dataset, Coverage fragments) {
    Optional<String> harm;
    try {
      harm = CompactionHarm.of(dataset, options.index().name(), fragments);
    } catch (IOException e) {
      harm = Optional.of("their row ids cannot be read: " + e.getMessage());
    }
    harm.ifPresent(reason -> sayUncompacted(dataset, reason));
    return harm.isPresent();
  }

  private void sayUncompacted(DatasetHandle dataset, String reason) {
    if (!saidUncompacted) {
      LOG.warn("Fragments of {} are not compacted: {}", dataset.location(), reason);
      saidUncompacted = true;
    }
  }

  private void release() {
    open.ifPresent(DatasetHandle::close);
    open = Optional.empty();
  }

  @Override
  public synchronized void close() {
    release();
    versions.close();
  }
}
