package dev.freshet.operators.publish;

import dev.freshet.operators.lance.CommitOutcome;
import dev.freshet.operators.lance.DatasetFiles;
import dev.freshet.operators.lance.DatasetHandle;
import dev.freshet.operators.lance.DatasetVersions;
import dev.freshet.operators.lance.DetachedVersion;
import dev.freshet.operators.lance.FragmentHistory;
import dev.freshet.operators.lance.ManifestReader;
import dev.freshet.operators.lance.SegmentPublisher;
import dev.freshet.operators.lance.SegmentRegistration;
import dev.freshet.operators.lance.SegmentVerifier;
import dev.freshet.operators.lance.UnsearchableSegmentException;
import dev.freshet.operators.lance.Verification;
import dev.freshet.operators.metrics.PublishMetrics;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.vector.format.CorruptSegmentException;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.format.UnknownFormatException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Clock;
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
  private static final byte[] NO_DETAILS = new byte[0];

  private final StreamOptions options;
  private final IndexSpec index;
  private final DatasetVersions versions;
  private final IndexStorage storage;
  private final DatasetFiles files;
  private final VerifiedSegments verified;
  private final PublishMetrics metrics;
  private final SegmentPublisher publisher = new SegmentPublisher(Clock.systemUTC());

  SegmentRechecker(
      StreamOptions options,
      DatasetVersions versions,
      IndexStorage storage,
      DatasetFiles files,
      VerifiedSegments verified,
      PublishMetrics metrics) {
    this.options = options;
    this.index = options.index();
    this.versions = versions;
    this.storage = storage;
    this.files = files;
    this.verified = verified;
    this.metrics = metrics;
  }

  /**
   * Verifies the segment as the latest version has it.
   *
   * @throws IOException if storage fails, or other writers win every time
   */
  void recheck(UUID uuid) throws IOException {
    for (int attempt = 1; attempt <= SegmentCommitter.MAX_ATTEMPTS; attempt++) {
      try (DatasetHandle dataset = versions.latest()) {
        ManifestVersion manifest = ManifestReader.read(dataset, index.name());
        verified.retain(manifest.index());
        Optional<CommittedSegment> segment = unverified(manifest, uuid);
        if (segment.isEmpty()) {
          return;
        }
        Optional<String> damage = timed(dataset, segment.get());
        if (damage.isEmpty()) {
          verified.add(uuid, segment.get().coverage());
          return;
        }
        if (withdrawn(dataset, segment.get(), damage.get())) {
          return;
        }
      }
    }
    throw new IOException(
        "Damaged segment " + uuid + " of index " + index.name() + " could not be withdrawn");
  }

  /** The segment and its live fragments, unless it is gone, or known to be right over them. */
  private Optional<CommittedSegment> unverified(ManifestVersion manifest, UUID uuid) {
    return manifest.index().segments().stream()
        .filter(segment -> segment.uuid().equals(uuid))
        .map(segment -> new CommittedSegment(uuid, segment.coverage().intersect(manifest.live())))
        .filter(segment -> !segment.coverage().isEmpty())
        .filter(segment -> !verified.contains(uuid, segment.coverage()))
        .findFirst();
  }

  private Optional<String> timed(DatasetHandle dataset, CommittedSegment segment)
      throws IOException {
    long start = System.nanoTime();
    Optional<String> damage = damage(dataset, segment);
    metrics.rechecked((System.nanoTime() - start) / 1_000_000);
    return damage;
  }

  /** What is wrong with the segment, if anything is. */
  private Optional<String> damage(DatasetHandle dataset, CommittedSegment segment)
      throws IOException {
    try {
      SegmentReader reader = SegmentReader.open(storage, segment.uuid());
      if (!index.type().survivesRemap()
          && FragmentHistory.wasRemapped(dataset, index.name(), segment)) {
        return Optional.of(
            "another writer compacted its fragments, which its type does not survive");
      }
      return search(dataset, segment, reader.model().partitions());
    } catch (UnknownFormatException e) {
      LOG.warn("Left as it is, for nothing is known of it: {}", e.getMessage());
      return Optional.empty();
    } catch (CorruptSegmentException | FileNotFoundException e) {
      return Optional.of("it cannot be read: " + e.getMessage());
    } catch (UnsearchableSegmentException e) {
      return Optional.of(e.getMessage());
    }
  }

  private Optional<String> search(DatasetHandle dataset, CommittedSegment segment, int partitions)
      throws IOException {
    SegmentRegistration registration =
        new SegmentRegistration(
            segment.uuid(),
            index.name(),
            dataset.column(index.column()),
            segment.coverage(),
            index.type(),
            NO_DETAILS);
    Optional<DetachedVersion> alone =
        publisher.withoutOthers(
            dataset, segment, index.name(), registration.column().field(), files);
    try {
      DatasetHandle searched = alone.map(DetachedVersion::handle).orElse(dataset);
      Verification found =
          new SegmentVerifier(options.verifySamples(), segment.uuid().getLeastSignificantBits())
              .verify(searched, registration, index.metric(), partitions);
      return found.passes(VerificationLimits.allowed(index.type()))
          ? Optional.empty()
          : Optional.of(
              found.failed() + " of " + found.checked() + " rows did not find themselves");
    } finally {
      if (alone.isPresent()) {
        alone.get().close();
      }
    }
  }

  private boolean withdrawn(DatasetHandle dataset, CommittedSegment segment, String damage) {
    Coverage fragments = segment.coverage();
    CommitOutcome outcome = publisher.withdraw(dataset, index.name(), Set.of(segment.uuid()));
    if (outcome instanceof CommitOutcome.Committed committed) {
      metrics.withdrawn();
      LOG.error(
          "Segment {} of index {} over fragments {} is damaged and was withdrawn in version {}: {}",
          segment.uuid(),
          index.name(),
          fragments,
          committed.version(),
          damage);
      return true;
    }
    metrics.conflict();
    return false;
  }
}
