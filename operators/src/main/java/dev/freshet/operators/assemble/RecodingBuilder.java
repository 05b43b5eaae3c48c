package dev.freshet.operators.assemble;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.state.model.ModelReference;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.vector.merge.DifferentModelsException;
import java.io.IOException;
import java.time.Instant;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges what is planned, but if the codes of the inputs are not those of the plan's model, as
 * another has taken its place, encodes the rows again from the fragments.
 */
public final class RecodingBuilder implements SegmentBuilder {

  private static final Logger LOG = LoggerFactory.getLogger(RecodingBuilder.class);

  private final SegmentBuilder merging;
  private final SegmentRebuilder rebuilder;
  private final DatasetVersions versions;
  private final Instant from;
  private final LongConsumer rows;

  /**
   * @param merging closed with this
   * @param from before that, nothing is encoded again
   * @param rows told how many are encoded again
   */
  public RecodingBuilder(
      SegmentBuilder merging,
      SegmentRebuilder rebuilder,
      DatasetVersions versions,
      Instant from,
      LongConsumer rows) {
    this.merging = merging;
    this.rebuilder = rebuilder;
    this.versions = versions;
    this.from = from;
    this.rows = rows;
  }

  @Override
  public UnpublishedSegment build(SegmentPlan plan) throws IOException {
    try {
      return merging.build(plan);
    } catch (DifferentModelsException e) {
      try (DatasetHandle dataset = versions.latest()) {
        return encodedAgain(dataset, plan);
      }
    }
  }

  @Override
  public UnpublishedSegment build(DatasetHandle dataset, SegmentPlan plan) throws IOException {
    try {
      return merging.build(dataset, plan);
    } catch (DifferentModelsException e) {
      return encodedAgain(dataset, plan);
    }
  }

  private UnpublishedSegment encodedAgain(DatasetHandle dataset, SegmentPlan plan)
      throws IOException {
    if (Instant.now().isBefore(from)) {
      throw new RecodingLaterException(plan.coverage());
    }
    LOG.info(
        "The {} rows of fragments {} are encoded again by model {}",
        plan.rows(),
        plan.coverage(),
        ModelReference.id(plan.model()));
    rows.accept(plan.rows());
    return rebuilder.rebuild(dataset, plan);
  }

  @Override
  public void close() throws IOException {
    merging.close();
  }
}
