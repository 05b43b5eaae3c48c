package dev.freshet.operators.publish;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.assemble.SegmentBuilder;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import java.io.IOException;

/** Lets another writer in before its first segment is built. */
final class RacedBuilder implements SegmentBuilder {

  /** What the other writer does. */
  interface Race {
    void run() throws IOException;
  }

  private final SegmentBuilder builder;
  private final Race race;
  private boolean raced;

  RacedBuilder(SegmentBuilder builder, Race race) {
    this.builder = builder;
    this.race = race;
  }

  @Override
  public UnpublishedSegment build(SegmentPlan plan) throws IOException {
    if (!raced) {
      raced = true;
      race.run();
    }
    return builder.build(plan);
  }

  @Override
  public UnpublishedSegment build(DatasetHandle dataset, SegmentPlan plan) throws IOException {
    if (!raced) {
      raced = true;
      race.run();
    }
    return builder.build(dataset, plan);
  }

  @Override
  public void close() {
    // the wrapped builder is closed by who opened it
  }
}
