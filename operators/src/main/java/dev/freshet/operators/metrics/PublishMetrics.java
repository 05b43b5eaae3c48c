package dev.freshet.operators.metrics;

import dev.freshet.state.model.BuiltSegment;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** What PublishSegments reports. */
public final class PublishMetrics {

  private final Counter segments;
  private final Counter rows;
  private final Counter bytesWritten;
  private final Counter replanned;
  private final Counter left;
  private final Counter conflicts;
  private final Counter verified;
  private final Counter verificationFailed;
  private final Counter verificationMillis;
  private final Counter compactions;

  public PublishMetrics(MetricGroup group) {
    MetricGroup freshet = group.addGroup("freshet");
    segments = freshet.counter("segmentsPublished");
    rows = freshet.counter("rowsPublished");
    bytesWritten = freshet.counter("indexBytesWritten");
    replanned = freshet.counter("segmentsReplanned");
    left = freshet.counter("segmentsLeft");
    conflicts = freshet.counter("commitConflicts");
    verified = freshet.counter("segmentsVerified");
    verificationFailed = freshet.counter("verificationsFailed");
    verificationMillis = freshet.counter("verificationMillis");
    compactions = freshet.counter("compactionsCommitted");
  }

  public void published(BuiltSegment segment) {
    segments.inc();
    rows.inc(segment.rows());
    bytesWritten.inc(segment.bytesWritten());
  }

  /** A segment was built again without inputs that had become stale. */
  public void replanned() {
    replanned.inc();
  }

  /** A segment was not published, as nothing new was left in it. */
  public void left() {
    left.inc();
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
}
