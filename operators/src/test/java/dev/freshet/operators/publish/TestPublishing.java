package dev.freshet.operators.publish;

import dev.freshet.lance.commit.CompactionResult;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.operators.RecordedMetrics;
import dev.freshet.operators.TestStream;
import dev.freshet.operators.assemble.SegmentBuilder;
import dev.freshet.operators.metrics.StorageMetrics;
import dev.freshet.state.model.UnpublishedSegment;
import dev.freshet.state.protocol.CompactionCommitter;
import dev.freshet.state.protocol.TableVersion;
import dev.freshet.state.protocol.VerificationGate;
import dev.freshet.vector.format.IndexStorage;
import java.io.IOException;
import java.util.Set;
import java.util.UUID;

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

  static void compact(PublishContext context, CompactionResult result) throws IOException {
    compact(context, new BackgroundCommit(), result);
  }

  static void compact(PublishContext context, BackgroundCommit background, CompactionResult result)
      throws IOException {
    new CompactionCommitter(context.publishing())
        .commit(new LanceRewrite(context, background, result));
  }

  static UnpublishedSegment verified(
      PublishContext context, DatasetHandle dataset, UnpublishedSegment segment, Set<UUID> replaced)
      throws IOException {
    TableVersion version = new LanceIndexTable(context).at(dataset);
    return new VerificationGate(context.publishing()).verified(version, segment, replaced);
  }
}
