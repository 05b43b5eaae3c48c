package dev.freshet.operators.publish;

import dev.freshet.lance.commit.SegmentRegistration;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.state.model.Coverage;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * What a segment is asked that has no vectors. The exceptions are those of a {@link SegmentCheck}.
 */
interface EntryQuestions {

  /** The most rows that are looked at of a committed segment, unless a fragment has more. */
  long mostRows();

  /** Whether entries that do not differ from their rows can have no wrong answer. */
  boolean knowValues();

  /**
   * What tells the entries of the fragments' live rows from those rows, one line; empty if nothing
   * does.
   *
   * @param fragments live ones that the segment covers
   * @param committed whether it may be of another version of Lance
   */
  Optional<String> difference(
      DatasetHandle dataset, UUID segment, Coverage fragments, boolean committed)
      throws IOException;

  /**
   * What tells the answers of the segment alone from those without any, one line; empty if nothing
   * does.
   *
   * @param committed whether it may be of another version of Lance
   */
  Optional<String> wrongAnswers(
      DatasetHandle dataset, SegmentRegistration segment, Coverage fragments, boolean committed)
      throws IOException;
}
