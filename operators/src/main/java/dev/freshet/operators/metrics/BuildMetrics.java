package dev.freshet.operators.metrics;

import dev.freshet.state.model.BuiltSegment;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.metrics.MetricGroup;

/** What BuildSegments reports. */
public final class BuildMetrics {

  private final Counter segments;
  private final Counter rows;
  private final Counter encodedAgain;
  private final Counter abandoned;

  public BuildMetrics(MetricGroup group) {
    MetricGroup freshet = group.addGroup(MetricNames.GROUP);
    segments = freshet.counter(MetricNames.SEGMENTS_BUILT);
    rows = freshet.counter(MetricNames.ROWS_BUILT);
    encodedAgain = freshet.counter(MetricNames.ROWS_ENCODED_AGAIN);
    abandoned = FormerName.counter(freshet, MetricNames.PLANS_ABANDONED, "plansLeft");
    freshet.meter(MetricNames.VECTORS_PER_SECOND, new MeterView(rows));
  }

  public void built(BuiltSegment segment) {
    segments.inc();
    rows.inc(segment.rows());
  }

  /** Rows had codes of a model that has given way to another. */
  public void encodedAgain(long count) {
    encodedAgain.inc(count);
  }

  /** A plan was abandoned, as its inputs are gone or cannot be read. */
  public void abandoned() {
    abandoned.inc();
  }
}
