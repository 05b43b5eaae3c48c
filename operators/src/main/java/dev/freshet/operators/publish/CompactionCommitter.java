package dev.freshet.operators.publish;

import dev.freshet.operators.lance.CommitOutcome;
import dev.freshet.operators.lance.CompactionResult;
import dev.freshet.operators.lance.DatasetCompaction;
import dev.freshet.operators.lance.DatasetFiles;
import dev.freshet.operators.lance.DatasetHandle;
import dev.freshet.operators.lance.DatasetVersions;
import dev.freshet.operators.lance.ManifestReader;
import dev.freshet.operators.lance.SegmentPublisher;
import dev.freshet.operators.metrics.PublishMetrics;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Swaps in rewritten fragments; Lance remaps the segments that cover them in the same commit.
 *
 * <p>Segments of a type that does not survive the remap are withdrawn first: readers then search
 * their fragments by brute force, rightly, until the stream has indexed the new ones.
 *
 * <p>A compaction that lost against another writer is dropped; discovery proposes it again.
 */
final class CompactionCommitter {

  private static final Logger LOG = LoggerFactory.getLogger(CompactionCommitter.class);

  private final StreamOptions options;
  private final DatasetVersions versions;
  private final DatasetFiles files;
  private final PublishMetrics metrics;
  private final SegmentPublisher publisher = new SegmentPublisher(Clock.systemUTC());

  CompactionCommitter(
      StreamOptions options, DatasetVersions versions, DatasetFiles files, PublishMetrics metrics) {
    this.options = options;
    this.versions = versions;
    this.files = files;
    this.metrics = metrics;
  }

  void commit(CompactionResult result) throws IOException {
    Coverage rewritten = result.replaced();
    if (!isStillWanted(rewritten) || !isThere(result) || !withdrawUnmappable(rewritten)) {
      return;
    }
    try (DatasetHandle dataset = versions.latest()) {
      CommitOutcome outcome = DatasetCompaction.commit(dataset, List.of(result));
      if (outcome instanceof CommitOutcome.Committed committed) {
        metrics.compacted();
        LOG.info("Compacted fragments {} in version {}", rewritten, committed.version());
      } else {
        metrics.conflict();
        LOG.info("Fragments {} are not compacted: {}", rewritten, outcome);
      }
    }
  }

  /** Not if an earlier attempt has committed it, or a fragment is gone. */
  private boolean isStillWanted(Coverage rewritten) {
    try (DatasetHandle dataset = versions.latest()) {
      return ManifestReader.read(dataset, options.index().name()).live().containsAll(rewritten);
    }
  }

  /**
   * Not if garbage was collected since the checkpoint from which this was restored: Lance would
   * commit fragments without their files, and their rows would be lost.
   */
  private boolean isThere(CompactionResult result) throws IOException {
    Set<String> stored =
        files.list(CompactionResult.DIRECTORY).stream()
            .map(DatasetFiles.Entry::name)
            .collect(Collectors.toSet());
    List<String> gone = result.fileNames().stream().filter(name -> !stored.contains(name)).toList();
    if (!gone.isEmpty()) {
      LOG.error(
          "Fragments {} are not compacted, as {} of the rewritten files are gone, {} the first:"
              + " discovery proposes them again",
          result.replaced(),
          gone.size(),
          gone.get(0));
    }
    return gone.isEmpty();
  }

  private boolean withdrawUnmappable(Coverage rewritten) {
    if (options.index().type().survivesRemap()) {
      return true;
    }
    try (DatasetHandle dataset = versions.latest()) {
      ManifestVersion manifest = ManifestReader.read(dataset, options.index().name());
      Set<UUID> affected =
          manifest.index().segments().stream()
              .filter(segment -> segment.coverage().intersects(rewritten))
              .map(CommittedSegment::uuid)
              .collect(Collectors.toSet());
      if (affected.isEmpty()) {
        return true;
      }
      CommitOutcome outcome = publisher.withdraw(dataset, options.index().name(), affected);
      LOG.info("Withdrew {} segments that no remap survives: {}", affected.size(), outcome);
      return outcome instanceof CommitOutcome.Committed;
    }
  }
}
