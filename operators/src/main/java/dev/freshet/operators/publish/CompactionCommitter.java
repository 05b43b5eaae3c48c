package dev.freshet.operators.publish;

import dev.freshet.lance.commit.CommitOutcome;
import dev.freshet.lance.commit.CompactionHarm;
import dev.freshet.lance.commit.CompactionResult;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.state.garbage.GarbageKind;
import dev.freshet.state.garbage.GarbagePolicy;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.vector.format.CorruptSegmentException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  private static final Duration MIN_LIMIT = Duration.ofSeconds(5);
  private static final long REMAPPED_ROWS_A_SECOND = 100_000;

  private final PublishContext context;
  private final BackgroundCommit background;

  CompactionCommitter(PublishContext context, BackgroundCommit background) {
    this.context = context;
    this.background = background;
  }

  void commit(CompactionResult result) throws IOException {
    Coverage rewritten = result.replaced();
    if (background.isBusy()) {
      LOG.info("Fragments {} are not compacted, as another compaction is in doubt", rewritten);
      return;
    }
    if (!isStillWanted(rewritten) || isHarmful(rewritten) || !isThere(result)) {
      return;
    }
    recheckTouched(rewritten);
    if (!withdrawUnmappable(rewritten) || !purgeDead(rewritten)) {
      return;
    }
    if (!background.run(
        new FragmentSwap(context.options(), context.files(), context.metrics(), result),
        limit(rewritten))) {
      LOG.warn(
          "The compaction of fragments {} has lost against other writers again and again, and goes"
              + " on trying beside what is published",
          rewritten);
    }
  }

  /** Long enough for the remap of all segments that are touched, and a few lost tries. */
  private Duration limit(Coverage rewritten) {
    try (DatasetHandle dataset = context.versions().latest()) {
      ManifestVersion manifest = ManifestReader.read(dataset, context.index());
      Coverage touched =
          Coverage.union(
              manifest.index().segments().stream()
                  .map(CommittedSegment::coverage)
                  .filter(coverage -> coverage.intersects(rewritten)));
      return MIN_LIMIT.plusSeconds(manifest.liveRows(touched) / REMAPPED_ROWS_A_SECOND);
    }
  }

  /** Not if an earlier attempt has committed it, or a fragment is gone. */
  private boolean isStillWanted(Coverage rewritten) throws IOException {
    try (DatasetHandle dataset = context.versions().latest()) {
      return context.manifest(dataset).live().containsAll(rewritten);
    }
  }

  /** Another writer may have made an index, or moved rows, since the rewrite began. */
  private boolean isHarmful(Coverage rewritten) throws IOException {
    try (DatasetHandle dataset = context.versions().latest()) {
      Optional<String> harm = CompactionHarm.of(dataset, context.index(), rewritten);
      harm.ifPresent(reason -> LOG.info("Fragments {} are not compacted: {}", rewritten, reason));
      return harm.isPresent();
    }
  }

  /**
   * Not if garbage was collected since the checkpoint from which this was restored, or may be soon:
   * Lance would commit fragments without their files, and their rows would be lost.
   */
  private boolean isThere(CompactionResult result) throws IOException {
    Instant now = Instant.now();
    Set<String> stored =
        context.files().list(CompactionResult.DIRECTORY).stream()
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

  /** A remap takes away what tells that a segment was committed over rewritten columns. */
  private void recheckTouched(Coverage rewritten) throws IOException {
    List<CommittedSegment> touched;
    try (DatasetHandle dataset = context.versions().latest()) {
      ManifestVersion manifest = context.manifest(dataset);
      Coverage live = manifest.live();
      touched =
          manifest.index().segments().stream()
              .map(one -> new CommittedSegment(one.uuid(), one.coverage().intersect(live)))
              .filter(segment -> segment.coverage().intersects(rewritten))
              .toList();
    }
    new SegmentRechecker(context).recheckUnknown(touched);
  }

  private boolean withdrawUnmappable(Coverage rewritten) {
    if (context.options().index().type().traits().survivesRemap()) {
      return true;
    }
    try (DatasetHandle dataset = context.versions().latest()) {
      ManifestVersion manifest = ManifestReader.read(dataset, context.index());
      Set<UUID> affected =
          manifest.index().segments().stream()
              .filter(segment -> segment.coverage().intersects(rewritten))
              .map(CommittedSegment::uuid)
              .collect(Collectors.toSet());
      if (affected.isEmpty()) {
        return true;
      }
      CommitOutcome outcome = context.publisher().withdraw(dataset, context.index(), affected);
      LOG.info("Withdrew {} segments that no remap survives: {}", affected.size(), outcome);
      return outcome instanceof CommitOutcome.Committed;
    }
  }

  /**
   * Rewrites segments without the rows whose deletion files go: with stable row ids Lance masks
   * dead entries only while a fragment has one, and no remap drops them.
   */
  private boolean purgeDead(Coverage rewritten) throws IOException {
    try (DatasetHandle dataset = context.versions().latest()) {
      if (!dataset.stableRowIds()) {
        return true;
      }
      ManifestVersion manifest = ManifestReader.read(dataset, context.index());
      List<CommittedSegment> dead = new ArrayList<>();
      for (CommittedSegment segment : manifest.index().segments()) {
        Coverage live = segment.coverage().intersect(manifest.live());
        if (live.intersects(rewritten)
            && context.entries().hasDead(dataset, segment.uuid(), live)) {
          dead.add(segment);
        }
      }
      return dead.isEmpty() || new SegmentPurger(context).purge(dataset, manifest, dead);
    } catch (CorruptSegmentException | FileNotFoundException e) {
      LOG.warn("Fragments {} are not compacted, as a segment cannot be read", rewritten, e);
      return false; // its recheck withdraws it; discovery proposes the compaction again
    }
  }
}
