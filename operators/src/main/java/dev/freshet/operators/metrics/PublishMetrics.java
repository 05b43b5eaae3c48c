package dev.freshet.operators.metrics;

import dev.freshet.state.model.BuiltSegment;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.metrics.MetricGroup;

/** What PublishSegments reports. */
public final class PublishMetrics {

  private final Counter segments;
  private final Counter rows;
  private final Counter bytesWritten;
  private final Counter replanned;
  private final Counter abandoned;
  private final Counter conflicts;
  private final Counter attempts;
  private final Counter verified;
  private final Counter verificationFailed;
  private final Counter verificationMillis;
  private final Counter compactions;
  private final Counter rechecked;
  private final Counter withdrawn;
  private final AtomicLong newRows = new AtomicLong();

  public PublishMetrics(MetricGroup group) {
    MetricGroup freshet = group.addGroup(MetricNames.GROUP);
    segments = freshet.counter(MetricNames.SEGMENTS_PUBLISHED);
    rows = freshet.counter(MetricNames.ROWS_PUBLISHED);
    bytesWritten = freshet.counter(MetricNames.INDEX_BYTES_WRITTEN);
    replanned = freshet.counter(MetricNames.SEGMENTS_REPLANNED);
    abandoned = FormerName.counter(freshet, MetricNames.SEGMENTS_ABANDONED, "segmentsLeft");
    conflicts = freshet.counter(MetricNames.COMMIT_CONFLICTS);
    verified = freshet.counter(MetricNames.SEGMENTS_VERIFIED);
    verificationFailed = freshet.counter(MetricNames.VERIFICATIONS_FAILED);
    verificationMillis = freshet.counter(MetricNames.VERIFICATION_MILLIS);
    attempts = freshet.counter(MetricNames.COMMIT_ATTEMPTS);
    freshet.meter(MetricNames.ROWS_PUBLISHED_PER_SECOND, new MeterView(rows));
    freshet.gauge(MetricNames.WRITE_AMPLIFICATION, (Gauge<Double>) this::writeAmplification);
    compactions = freshet.counter(MetricNames.COMPACTIONS_COMMITTED);
    rechecked = freshet.counter(MetricNames.SEGMENTS_RECHECKED);
    withdrawn = freshet.counter(MetricNames.SEGMENTS_WITHDRAWN);
  }

  public void published(BuiltSegment segment) {
    segments.inc();
    rows.inc(segment.rows());
    bytesWritten.inc(segment.bytesWritten());
    newRows.addAndGet(
        segment.plan().shards().stream().mapToLong(shard -> shard.rows().encoded()).sum());
  }

  /** Rows in published segments for each row that came into the index; 1 before the first. */
  private double writeAmplification() {
    long fresh = newRows.get();
    return fresh == 0 ? 1 : (double) rows.getCount() / fresh;
  }

  /** A commit is tried, the first time or again. */
  public void attempt() {
    attempts.inc();
  }

  /** A segment was built again without inputs that had become stale. */
  public void replanned() {
    replanned.inc();
  }

  /** A segment was not published, as nothing new was left in it. */
  public void abandoned() {
    abandoned.inc();
  }

  public void conflict() {
    conflicts.inc();
  }

  /** A verification ended. */
  public void verified(boolean right, long millis) {
    (right ? verified : verificationFailed).inc();
    verificationMillis.inc(millis);
  }

  public void compacted() {
    compactions.inc();
  }

  /** A committed segment was verified again. */
  public void rechecked() {
    rechecked.inc();
  }

  /** Committed segments were looked at for so long. */
  public void inspected(long millis) {
    verificationMillis.inc(millis);
  }

  /** Segments that cost answers were taken out of the index. */
  public void withdrawn(int segments) {
    withdrawn.inc(segments);
  }
}
