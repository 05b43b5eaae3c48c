package dev.freshet.operators.publish;

import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.ManifestVersion;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * Compares the entries of segments of values or words with their rows, and answers with and without
 * the index.
 *
 * <p>A segment is asked alone: others may hold entries of its rows that go when it is published. Of
 * a committed one some fragments are looked at, others each time.
 */
final class ScalarSegmentCheck implements SegmentCheck {

  private static final byte[] NO_DETAILS = new byte[0];

  private final IndexSpec.Scalar index;
  private final EntryQuestions questions;
  private final RewrittenColumns rewritten;
  private final Random random = new Random();

  ScalarSegmentCheck(IndexSpec.Scalar index, EntryQuestions questions, RewrittenColumns rewritten) {
    this.index = index;
    this.questions = questions;
    this.rewritten = rewritten;
  }

  /** One that is right answers no less than those that it replaces, so they are not asked. */
  @Override
  public Optional<String> objection(
      DatasetHandle dataset, SegmentRegistration segment, Set<UUID> replaced, Set<UUID> compared)
      throws IOException {
    Optional<String> different =
        questions.difference(dataset, segment.uuid(), segment.coverage(), false);
    return different.isPresent()
        ? different
        : questions.wrongAnswers(
            dataset, segment, some(ManifestReader.fragments(dataset), segment.coverage()), false);
  }

  @Override
  public Optional<String> damage(
      DatasetHandle dataset, ManifestVersion manifest, CommittedSegment segment)
      throws IOException {
    Coverage some = some(manifest.fragments(), segment.coverage());
    Optional<String> different = questions.difference(dataset, segment.uuid(), some, true);
    Optional<String> wrong =
        different.isPresent() ? different : wrongAnswers(dataset, segment, some);
    return wrong.isPresent() ? wrong : wrongEntries(dataset, manifest, segment);
  }

  @Override
  public Optional<String> wrongEntries(
      DatasetHandle dataset, ManifestVersion manifest, CommittedSegment segment)
      throws IOException {
    Coverage suspect = rewritten.of(dataset, manifest, dataset.field(index.column()));
    Coverage live = suspect.intersect(segment.coverage()).intersect(manifest.live());
    Optional<String> different = questions.difference(dataset, segment.uuid(), live, true);
    return different.isPresent() || questions.knowValues()
        ? different
        : wrongAnswers(dataset, segment, some(manifest.fragments(), live));
  }

  private Optional<String> wrongAnswers(
      DatasetHandle dataset, CommittedSegment segment, Coverage fragments) throws IOException {
    return fragments.isEmpty()
        ? Optional.empty()
        : questions.wrongAnswers(dataset, registration(dataset, segment), fragments, true);
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

  /** As many of the fragments as may be looked at; one in any case, if there is one. */
  private Coverage some(List<Fragment> live, Coverage fragments) {
    List<Fragment> candidates =
        live.stream().filter(fragment -> fragments.contains(fragment.id())).toList();
    List<Fragment> some = FragmentChoice.some(candidates, questions.mostRows(), random);
    return Coverage.of(
        (some.isEmpty() ? FragmentChoice.one(candidates, random) : some)
            .stream().mapToInt(Fragment::id));
  }
}
