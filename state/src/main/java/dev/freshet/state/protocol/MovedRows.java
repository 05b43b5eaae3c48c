package dev.freshet.state.protocol;

import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.EntryState;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import java.io.IOException;
import java.util.List;

/**
 * Keeps entries of rows that have moved since they were read out of what is published, and those of
 * a column that has given its name to another one since.
 */
final class MovedRows {

  private final Publishing publishing;
  private final VerificationGate gate;

  MovedRows(Publishing publishing) {
    this.publishing = publishing;
    this.gate = new VerificationGate(publishing);
  }

  /** Whether a segment that is not committed has entries of rows that are live in the fragments. */
  static boolean areIn(TableVersion version, UnpublishedSegment segment, Coverage fragments)
      throws IOException {
    Coverage others = fragments.minus(segment.plan().coverage());
    return !version.holding(List.of(segment.committed()), others).isEmpty();
  }

  /** The segment, or one without entries that cost answers. */
  UnpublishedSegment without(TableVersion version, UnpublishedSegment segment) throws IOException {
    SegmentPlan plan = segment.plan();
    if (version.isOfAnotherColumn(plan)) {
      return gate.rebuilt(version, plan);
    }
    return switch (state(version, segment)) {
      case SOUND, UNKNOWN -> segment;
      case WORN -> builtAgain(version, plan);
      case AMBIGUOUS -> gate.rebuilt(version, plan); // its inputs are, too
    };
  }

  /** A segment that cannot be read is left to its verification, which has it built anew. */
  private static EntryState state(TableVersion version, UnpublishedSegment segment)
      throws IOException {
    try {
      return version.entries(segment.committed());
    } catch (UnreadableSegmentException e) {
      return EntryState.UNKNOWN;
    }
  }

  /** From its inputs, or from its fragments if those cannot be read. */
  private UnpublishedSegment builtAgain(TableVersion version, SegmentPlan plan) throws IOException {
    try {
      return version.build(plan.at(publishing.uuids().get()));
    } catch (UnreadableSegmentException e) {
      return gate.rebuilt(version, plan);
    }
  }
}
