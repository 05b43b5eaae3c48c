package dev.freshet.operators.publish;

import dev.freshet.lance.commit.SegmentPublisher;
import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.vector.format.IndexStorage;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Tells whether segments answer rightly; what they are asked depends on the kind of the index.
 *
 * <p>Each method throws {@link IOException} if storage fails, a {@link
 * dev.freshet.vector.format.CorruptSegmentException} or {@link java.io.FileNotFoundException} if a
 * segment cannot be read, and an {@link dev.freshet.lance.dataset.UnsearchableSegmentException} if
 * Lance cannot search it.
 */
interface SegmentCheck {

  /**
   * What is wrong with a segment that is not published, one line; empty if nothing is.
   *
   * @param dataset the version that it would be committed on
   * @param replaced segments that would be replaced by it
   * @param compared those of them that it must not fall behind
   */
  Optional<String> objection(
      DatasetHandle dataset, SegmentRegistration segment, Set<UUID> replaced, Set<UUID> compared)
      throws IOException;

  /**
   * What is wrong with a committed segment, one line; empty if nothing is.
   *
   * @param dataset the version of the manifest
   * @param segment with the live fragments that it covers
   */
  Optional<String> damage(DatasetHandle dataset, ManifestVersion manifest, CommittedSegment segment)
      throws IOException;

  /**
   * What is wrong with entries that another writer may have made of rows that changed since.
   *
   * @param dataset the version of the manifest
   */
  Optional<String> wrongEntries(
      DatasetHandle dataset, ManifestVersion manifest, CommittedSegment segment) throws IOException;

  /** The checks of a stream's index. */
  static SegmentCheck of(
      StreamOptions options,
      IndexStorage storage,
      DatasetFiles files,
      SegmentPublisher publisher,
      RewrittenColumns rewritten) {
    if (options.index() instanceof IndexSpec.Scalar scalar) {
      EntryQuestions questions =
          scalar.type().isOverWords()
              ? new WordQuestions(
                  scalar, storage, publisher, new TextScans(scalar, storage, files, publisher))
              : new FilterQuestions(scalar, storage, publisher);
      return new ScalarSegmentCheck(scalar, questions, rewritten);
    }
    return new VectorSegmentCheck(options, storage, publisher, rewritten);
  }
}
