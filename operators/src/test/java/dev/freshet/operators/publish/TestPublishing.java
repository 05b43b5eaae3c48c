package dev.freshet.operators.publish;

import dev.freshet.operators.RecordedMetrics;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.assemble.SegmentBuilder;
import dev.freshet.operators.metrics.StorageMetrics;
import dev.freshet.vector.format.IndexStorage;

/** What a sink's commits share, over a test's stream. */
final class TestPublishing {

  private TestPublishing() {}

  static PublishContext context(
      TestStream stream, SegmentBuilder builder, RecordedMetrics metrics) {
    return context(stream, stream.options().indexStorage(), builder, metrics);
  }

  static PublishContext context(
      TestStream stream, IndexStorage storage, SegmentBuilder builder, RecordedMetrics metrics) {
    return PublishContext.of(
        stream.options(),
        stream.versions,
        storage,
        builder,
        new StorageMetrics(metrics.group()),
        metrics.group());
  }
}
