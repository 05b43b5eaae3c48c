package dev.freshet.operators.publish;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.assemble.SegmentBuilder;
import dev.freshet.state.model.SegmentPlan;
import dev.freshet.state.model.UnpublishedSegment;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Cuts the end off whatever it builds, or off the first segments. */
final class BreakingBuilder implements SegmentBuilder {

  private final TestStream stream;
  private final SegmentBuilder builder;
  private int broken;

  BreakingBuilder(TestStream stream, SegmentBuilder builder) {
    this(stream, builder, Integer.MAX_VALUE);
  }

  BreakingBuilder(TestStream stream, SegmentBuilder builder, int broken) {
    this.stream = stream;
    this.builder = builder;
    this.broken = broken;
  }

  @Override
  public UnpublishedSegment build(SegmentPlan plan) throws IOException {
    return broken(builder.build(plan));
  }

  @Override
  public UnpublishedSegment build(DatasetHandle dataset, SegmentPlan plan) throws IOException {
    return broken(builder.build(dataset, plan));
  }

  private UnpublishedSegment broken(UnpublishedSegment segment) {
    if (broken-- <= 0) {
      return segment;
    }
    try {
      stream.truncate(segment.uuid());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return segment;
  }

  @Override
  public void close() throws IOException {
    builder.close();
  }
}
