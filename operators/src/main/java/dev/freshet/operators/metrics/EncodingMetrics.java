package dev.freshet.operators.metrics;

import dev.freshet.state.model.RowCounts;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.metrics.MetricGroup;

/** What AssignVectors reports. */
public final class EncodingMetrics {

  private final Counter encoded;
  private final Counter nulls;
  private final Counter nonFinite;
  private final Counter unreadable;
  private final Counter shardsAbandoned;

  /** Name of the accumulator that the command line's progress reads. */
  public static final String ROWS_ENCODED = MetricNames.ROWS_ENCODED;

  private final LongCounter progress;

  /** Read by reporters, on other threads. */
  private volatile double codeError;

  /** Of a stage, with the accumulator. */
  public EncodingMetrics(RuntimeContext context) {
    this(context.getMetricGroup(), context.getLongCounter(ROWS_ENCODED));
  }

  /** Of the sink, which encodes only to rebuild. */
  public EncodingMetrics(MetricGroup group) {
    this(group, new LongCounter());
  }

  private EncodingMetrics(MetricGroup group, LongCounter progress) {
    MetricGroup freshet = group.addGroup(MetricNames.GROUP);
    this.progress = progress;
    encoded = freshet.counter(ROWS_ENCODED);
    nulls = freshet.counter(MetricNames.ROWS_NULL);
    nonFinite = freshet.counter(MetricNames.ROWS_NON_FINITE);
    unreadable = freshet.counter(MetricNames.FRAGMENTS_UNREADABLE);
    shardsAbandoned = FormerName.counter(freshet, MetricNames.SHARDS_ABANDONED, "shardsLeft");
    freshet.meter(MetricNames.VECTORS_PER_SECOND, new MeterView(encoded));
    freshet.gauge(MetricNames.CODE_ERROR, (Gauge<Double>) () -> codeError);
  }

  public void encoded(RowCounts counts) {
    encoded.inc(counts.encoded());
    progress.add(counts.encoded());
    nulls.inc(counts.nulls());
    nonFinite.inc(counts.nonFinite());
  }

  /** How far new rows are from their codes, relative to those that the model was trained on. */
  public void fits(double relativeError) {
    codeError = relativeError;
  }

  /** A fragment was left out, as it could not be read. */
  public void unreadable() {
    unreadable.inc();
  }

  /** A shard was not sealed, as its model is gone. */
  public void shardAbandoned() {
    shardsAbandoned.inc();
  }
}
