package dev.freshet.operators.publish;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.verify.SegmentEntries;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.UnknownFormatException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies committed segments that others have touched, and withdraws the damaged ones: readers
 * then search their fragments by brute force, rightly, and discovery has them indexed anew from the
 * fragments alone.
 *
 * <p>Fragments whose rows cannot be sampled tell nothing of their segment: it stays.
 */
final class SegmentRechecker {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentRechecker.class);

  private final PublishContext context;
  private final IndexSpec index;
  private final SegmentInspection inspection;
  private final Withdrawal withdrawal;

  SegmentRechecker(PublishContext context) {
    this.context = context;
    this.index = context.options().index();
    this.inspection = new SegmentInspection(context);
    this.withdrawal = new Withdrawal(context);
  }

  /**
   * Verifies the segment as the latest version has it, and rewrites it, or others that hold entries
   * of its rows, if they hold what costs answers.
   *
   * @throws IOException if storage fails, or other writers win every time
   * @throws org.apache.flink.runtime.execution.SuppressRestartsException if the index has a segment
   *     that must be left alone
   */
  void recheck(UUID uuid) throws IOException {
    SegmentPurger purger = new SegmentPurger(context);
    for (int attempt = 1; attempt <= SegmentCommitter.MAX_ATTEMPTS; attempt++) {
      try (DatasetHandle dataset = context.versions().latest()) {
        ManifestVersion manifest = context.manifest(dataset);
        context.known().retain(manifest.index());
        context.entries().retain(manifest.index().segments());
        Optional<CommittedSegment> segment = committed(manifest, uuid);
        if (segment.isEmpty() || isSettled(dataset, manifest, segment.get(), purger)) {
          return;
        }
      }
    }
    throw new IOException(
        "Damaged segment " + uuid + " of index " + index.name() + " could not be mended");
  }

  /** The segment, unless it is gone. */
  private static Optional<CommittedSegment> committed(ManifestVersion manifest, UUID uuid) {
    return manifest.index().segments().stream()
        .filter(segment -> segment.uuid().equals(uuid))
        .findFirst();
  }

  /** Whether the segment is right, or was mended and no other writer was faster. */
  private boolean isSettled(
      DatasetHandle dataset,
      ManifestVersion manifest,
      CommittedSegment segment,
      SegmentPurger purger)
      throws IOException {
    Coverage stale = inspection.stale(dataset, segment);
    if (!stale.isEmpty()) {
      return withdrawn(dataset, segment, stale + " were rewritten just before it was committed");
    }
    SegmentEntries.State state;
    try {
      state = context.entries().state(dataset, manifest, segment);
    } catch (UnknownFormatException e) {
      LOG.warn("Left as it is, for nothing is known of it: {}", e.getMessage());
      return true;
    } catch (CorruptSegmentException | FileNotFoundException e) {
      context.metrics().rechecked(0);
      return withdrawn(dataset, segment, "it cannot be read: " + e.getMessage());
    }
    if (state == SegmentEntries.State.AMBIGUOUS) {
      return withdrawn(dataset, segment, "it holds rows more than once");
    }
    Coverage live = segment.coverage().intersect(manifest.live());
    List<CommittedSegment> worn =
        new ArrayList<>(context.entries().holding(dataset, others(manifest, segment), live));
    if (state == SegmentEntries.State.WORN) {
      worn.add(segment);
    }
    if (!worn.isEmpty()) {
      return purger.purge(dataset, manifest, worn);
    }
    if (live.isEmpty() || context.known().contains(segment.uuid(), live)) {
      return true;
    }
    Optional<String> damage = timed(dataset, manifest, new CommittedSegment(segment.uuid(), live));
    if (damage.isPresent()) {
      return withdrawn(dataset, segment, damage.get());
    }
    context.known().add(segment.uuid(), live);
    return true;
  }

  /**
   * Rechecks those that are not known to be right, before something is made of them, and those
   * whose fragments were given other files since.
   */
  void recheckUnknown(List<CommittedSegment> segments) throws IOException {
    for (CommittedSegment segment : segments) {
      if (!context.known().contains(segment.uuid(), segment.coverage()) || isStale(segment)) {
        recheck(segment.uuid());
      }
    }
  }

  private boolean isStale(CommittedSegment segment) {
    try (DatasetHandle dataset = context.versions().latest()) {
      return !inspection.stale(dataset, segment).isEmpty();
    }
  }

  private static List<CommittedSegment> others(ManifestVersion manifest, CommittedSegment segment) {
    return manifest.index().segments().stream().filter(other -> !other.equals(segment)).toList();
  }

  private Optional<String> timed(
      DatasetHandle dataset, ManifestVersion manifest, CommittedSegment segment)
      throws IOException {
    long start = System.nanoTime();
    Optional<String> damage = inspection.damage(dataset, manifest, segment);
    context.metrics().rechecked((System.nanoTime() - start) / 1_000_000);
    return damage;
  }

  private boolean withdrawn(DatasetHandle dataset, CommittedSegment segment, String damage) {
    return withdrawal.isCommitted(
        dataset, Set.of(segment.uuid()), "over fragments " + segment.coverage() + ", " + damage);
  }
}
