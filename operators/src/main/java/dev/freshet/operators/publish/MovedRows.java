package dev.freshet.operators.publish;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.MissingDatasetException;
import dev.freshet.lance.verify.SegmentEntries;
import dev.freshet.operators.wire.Publication;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.model.SealedShard;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.vector.format.CorruptSegmentException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps entries of rows that have moved since they were read out of what is published, and those of
 * a column that has given its name to another one since.
 */
final class MovedRows {

  private static final Logger LOG = LoggerFactory.getLogger(MovedRows.class);

  private final PublishContext context;

  MovedRows(PublishContext context) {
    this.context = context;
  }

  /** Whether a segment that is not committed has entries of rows that are live in the fragments. */
  boolean areIn(DatasetHandle dataset, Publication.Segment segment, Coverage fragments)
      throws IOException {
    SegmentPlan plan = segment.built().plan();
    Coverage others = fragments.minus(plan.coverage());
    return !context.entries().holding(dataset, List.of(asCommitted(plan)), others).isEmpty();
  }

  /** The segment, or one without entries that cost answers. */
  Publication.Segment without(
      DatasetHandle dataset, ManifestVersion manifest, Publication.Segment segment)
      throws IOException {
    SegmentPlan plan = segment.built().plan();
    if (isOfAnotherColumn(dataset, plan)) {
      return context.gate().rebuilt(dataset, plan);
    }
    return switch (state(dataset, manifest, plan)) {
      case SOUND -> segment;
      case WORN -> builtAgain(dataset, plan);
      case AMBIGUOUS -> context.gate().rebuilt(dataset, plan); // its inputs are, too
    };
  }

  /**
   * Whether rows were read from another column than the one that has the name now: the files of a
   * fragment stay the same when columns swap names, or one is dropped and added without values.
   */
  private boolean isOfAnotherColumn(DatasetHandle dataset, SegmentPlan plan) {
    int now = field(dataset);
    return plan.shards().stream()
        .mapToLong(SealedShard::version)
        .filter(version -> version != dataset.version())
        .distinct()
        .anyMatch(version -> fieldAt(version).orElse(now) != now);
  }

  /** Empty if the version was cleaned up. */
  private OptionalInt fieldAt(long version) {
    try {
      return OptionalInt.of(field(context.versions().at(version)));
    } catch (MissingDatasetException e) {
      return OptionalInt.empty();
    }
  }

  /** Id of the field that is the index's column in a version. */
  int field(DatasetHandle dataset) {
    return dataset.column(context.options().index().column()).field();
  }

  /** A segment that cannot be read is left to its verification, which has it built anew. */
  private SegmentEntries.State state(
      DatasetHandle dataset, ManifestVersion manifest, SegmentPlan plan) throws IOException {
    try {
      return context.entries().state(dataset, manifest, asCommitted(plan));
    } catch (CorruptSegmentException | FileNotFoundException e) {
      LOG.warn("Segment {} cannot be read", plan.uuid(), e);
      return SegmentEntries.State.SOUND;
    }
  }

  /** From its inputs, or from its fragments if those cannot be read. */
  private Publication.Segment builtAgain(DatasetHandle dataset, SegmentPlan plan)
      throws IOException {
    try {
      return context.builder().build(plan.at(UUID.randomUUID()));
    } catch (CorruptSegmentException | FileNotFoundException e) {
      LOG.warn("What segment {} is made of cannot be read", plan.uuid(), e);
      return context.gate().rebuilt(dataset, plan);
    }
  }

  private static CommittedSegment asCommitted(SegmentPlan plan) {
    return new CommittedSegment(plan.uuid(), plan.coverage());
  }
}
