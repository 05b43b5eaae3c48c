package dev.freshet.operators.publish;

import dev.freshet.lance.commit.SegmentPublisher;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DetachedVersion;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.verify.PooledRecall;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.CommittedSegment;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Lets no segment replace others that answer better. */
final class ReplacementCheck {

  private final StreamOptions options;
  private final SegmentPublisher publisher;

  ReplacementCheck(StreamOptions options, SegmentPublisher publisher) {
    this.options = options;
    this.publisher = publisher;
  }

  /**
   * What tells that the segment finds less of the true neighbours than those that it replaces;
   * empty if it does not.
   *
   * @param dataset the version that has the replaced ones
   * @param detached the version that has the new one
   * @param partitions of the new one
   */
  Optional<String> objection(
      DatasetHandle dataset,
      DatasetHandle detached,
      SegmentRegistration segment,
      Set<UUID> replaced,
      int partitions)
      throws IOException {
    List<CommittedSegment> shared =
        ManifestReader.read(dataset, segment.index()).index().segments().stream()
            .filter(old -> replaced.contains(old.uuid()))
            .map(
                old ->
                    new CommittedSegment(old.uuid(), old.coverage().intersect(segment.coverage())))
            .filter(old -> !old.coverage().isEmpty())
            .toList();
    if (shared.isEmpty()) {
      return Optional.empty();
    }
    PooledRecall.Result recall = compare(dataset, detached, segment, shared, partitions);
    double least = recall.before() - options.vectors().type().traits().allowedLoss();
    return recall.after() >= least
        ? Optional.empty()
        : Optional.of(
            "it finds "
                + recall.after()
                + " of the true neighbours where the "
                + replaced.size()
                + " that it replaces find "
                + recall.before());
  }

  private PooledRecall.Result compare(
      DatasetHandle dataset,
      DatasetHandle detached,
      SegmentRegistration segment,
      List<CommittedSegment> shared,
      int partitions)
      throws IOException {
    Optional<DetachedVersion> alone =
        publisher.withoutOthers(dataset, shared.get(0), segment.index(), segment.field());
    try {
      return new PooledRecall(
              dataset.column(options.index().column()),
              options.vectors().metric(),
              options.verifySamples(),
              segment.uuid().getLeastSignificantBits())
          .compare(
              alone.map(DetachedVersion::handle).orElse(dataset), detached, shared, partitions);
    } finally {
      if (alone.isPresent()) {
        alone.get().close();
      }
    }
  }
}
