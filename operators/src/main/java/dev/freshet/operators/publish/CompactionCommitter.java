package dev.freshet.operators.publish;

import dev.freshet.operators.lance.CommitOutcome;
import dev.freshet.operators.lance.CompactionResult;
import dev.freshet.operators.lance.DatasetFiles;
import dev.freshet.operators.lance.DatasetHandle;
import dev.freshet.operators.lance.DatasetVersions;
import dev.freshet.operators.lance.ManifestReader;
import dev.freshet.operators.lance.SegmentPublisher;
import dev.freshet.operators.metrics.PublishMetrics;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.garbage.GarbageKind;
import dev.freshet.state.garbage.GarbagePolicy;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
 * <p>A compaction that lost against another writer is dropped; discovery proposes it again. Lance
 * tries its commit 20 times and sleeps twice as long after each, hours in the end, so it is waited
 * for only so long. One that is in doubt then goes on beside the publishes, as another writer's
 * would, and no other is begun before it has ended.
 */
final class CompactionCommitter {

  private static final Logger LOG = LoggerFactory.getLogger(CompactionCommitter.class);

  private static final Duration LEAST_LIMIT = Duration.ofSeconds(5);
  private static final long REMAPPED_ROWS_A_SECOND = 100_000;

  private final StreamOptions options;
  private final DatasetVersions versions;
  private final DatasetFiles files;
  private final PublishMetrics metrics;
  private final BackgroundCommit background;
  private final SegmentPublisher publisher = new SegmentPublisher(Clock.systemUTC());

  CompactionCommitter(
      StreamOptions options,
      DatasetVersions versions,
      DatasetFiles files,
      BackgroundCommit background,
      PublishMetrics metrics) {
    this.options = options;
    this.versions = versions;
    this.files = files;
    this.background = background;
    this.metrics = metrics;
  }

  void commit(CompactionResult result) throws IOException {
    Coverage rewritten = result.replaced();
    if (background.isBusy()) {
      LOG.info("Fragments {} are not compacted, as another compaction is in doubt", rewritten);
      return;
    }
    if (!isStillWanted(rewritten) || !isThere(result) || !withdrawUnmappable(rewritten)) {
      return;
    }
    if (!background.run(new FragmentSwap(options, metrics, result), limit(rewritten))) {
      LOG.warn(
          "The compaction of fragments {} has lost against other writers again and again, and goes"
              + " on trying beside what is published",
          rewritten);
    }
  }

  /** Long enough for the remap of all segments that are touched, and a few lost tries. */
  private Duration limit(Coverage rewritten) {
    try (DatasetHandle dataset = versions.latest()) {
      ManifestVersion manifest = ManifestReader.read(dataset, options.index().name());
      Coverage touched =
          Coverage.union(
              manifest.index().segments().stream()
                  .map(CommittedSegment::coverage)
                  .filter(coverage -> coverage.intersects(rewritten)));
      return LEAST_LIMIT.plusSeconds(manifest.liveRows(touched) / REMAPPED_ROWS_A_SECOND);
    }
  }

  /** Not if an earlier attempt has committed it, or a fragment is gone. */
  private boolean isStillWanted(Coverage rewritten) {
    try (DatasetHandle dataset = versions.latest()) {
      return ManifestReader.read(dataset, options.index().name()).live().containsAll(rewritten);
    }
  }

  /**
   * Not if garbage was collected since the checkpoint from which this was restored, or may be soon:
   * Lance would commit fragments without their files, and their rows would be lost.
   */
  private boolean isThere(CompactionResult result) throws IOException {
    Instant now = Instant.now();
    Set<String> stored =
        files.list(CompactionResult.DIRECTORY).stream()
            .filter(
                file ->
                    GarbagePolicy.DEFAULT.mayPublish(GarbageKind.DATA_FILE, file.modified(), now))
            .map(DatasetFiles.Entry::name)
            .collect(Collectors.toSet());
    List<String> gone = result.fileNames().stream().filter(name -> !stored.contains(name)).toList();
    if (!gone.isEmpty()) {
      LOG.error(
          "Fragments {} are not compacted, as {} of the rewritten files are gone or so old that"
              + " they may be collected as garbage, {} the first: discovery proposes them again",
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
