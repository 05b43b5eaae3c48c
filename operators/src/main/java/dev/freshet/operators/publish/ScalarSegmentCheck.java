package dev.freshet.operators.publish;

import dev.freshet.lance.commit.SegmentPublisher;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.DetachedVersion;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.verify.ScalarEntries;
import dev.freshet.lance.verify.ScalarVerifier;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.vector.format.IndexStorage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * Compares the entries of segments of values with the values of their rows, and the answers of
 * filters with and without the index.
 */
final class ScalarSegmentCheck implements SegmentCheck {

  /**
   * The most rows that are asked for, and of a committed segment compared, unless a fragment has
   * more: some seconds of work, and 8 MB. Other fragments are chosen each time.
   */
  private static final long MAX_ROWS = 4L << 20;

  private static final byte[] NO_DETAILS = new byte[0];

  private final IndexSpec.Scalar index;
  private final IndexStorage storage;
  private final SegmentPublisher publisher;
  private final RewrittenColumns rewritten;
  private final Random random = new Random();

  ScalarSegmentCheck(
      IndexSpec.Scalar index,
      IndexStorage storage,
      SegmentPublisher publisher,
      RewrittenColumns rewritten) {
    this.index = index;
    this.storage = storage;
    this.publisher = publisher;
    this.rewritten = rewritten;
  }

  /** One that is right answers no less than those that it replaces, so they are not asked. */
  @Override
  public Optional<String> objection(
      DatasetHandle dataset, SegmentRegistration segment, Set<UUID> replaced, Set<UUID> compared)
      throws IOException {
    Optional<String> different = difference(dataset, segment.uuid(), segment.coverage());
    return different.isPresent()
        ? different
        : wrongAnswers(
            dataset, segment, some(ManifestReader.fragments(dataset), segment.coverage()));
  }

  @Override
  public Optional<String> damage(
      DatasetHandle dataset, ManifestVersion manifest, CommittedSegment segment)
      throws IOException {
    Coverage asked = some(manifest.fragments(), segment.coverage());
    Optional<String> different = difference(dataset, segment.uuid(), asked);
    if (different.isPresent()) {
      return different;
    }
    Optional<String> wrong = wrongAnswers(dataset, registration(dataset, segment), asked);
    return wrong.isPresent() ? wrong : wrongEntries(dataset, manifest, segment);
  }

  private SegmentRegistration registration(DatasetHandle dataset, CommittedSegment segment) {
    return new SegmentRegistration(
        segment.uuid(),
        index.name(),
        dataset.field(index.column()),
        segment.coverage(),
        index.type(),
        NO_DETAILS);
  }

  /** Asks the segment alone: others may hold entries of its rows that go when it is published. */
  private Optional<String> wrongAnswers(
      DatasetHandle dataset, SegmentRegistration segment, Coverage fragments) throws IOException {
    try (DetachedVersion alone = publisher.alone(dataset, segment)) {
      return new ScalarVerifier(
              index.column(), index.type(), segment.uuid().getLeastSignificantBits())
          .difference(alone.handle(), fragments);
    }
  }

  @Override
  public Optional<String> wrongEntries(
      DatasetHandle dataset, ManifestVersion manifest, CommittedSegment segment)
      throws IOException {
    Coverage suspect = rewritten.of(dataset, manifest, dataset.field(index.column()));
    Coverage live = segment.coverage().intersect(manifest.live());
    return difference(dataset, segment.uuid(), suspect.intersect(live));
  }

  private Optional<String> difference(DatasetHandle dataset, UUID segment, Coverage fragments)
      throws IOException {
    return new ScalarEntries(dataset, index.column(), index.type(), storage)
        .difference(segment, fragments);
  }

  /** As many of the fragments as may be looked at; one in any case, if there is one. */
  private Coverage some(List<Fragment> live, Coverage fragments) {
    List<Fragment> candidates =
        live.stream().filter(fragment -> fragments.contains(fragment.id())).toList();
    List<Fragment> some = FragmentChoice.some(candidates, MAX_ROWS, random);
    return Coverage.of(
        (some.isEmpty() ? FragmentChoice.one(candidates, random) : some)
            .stream().mapToInt(Fragment::id));
  }
}
