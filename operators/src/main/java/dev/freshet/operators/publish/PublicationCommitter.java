package dev.freshet.operators.publish;

import dev.freshet.lance.commit.UnkeepableIndexException;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.ComputeThreads;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.operators.assemble.SegmentBuilder;
import dev.freshet.operators.metrics.StorageMetrics;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.wire.Publication;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.state.model.IndexType.Graph;
import dev.freshet.state.protocol.CompactionCommitter;
import dev.freshet.state.protocol.Publishing;
import dev.freshet.state.protocol.SegmentCommitter;
import dev.freshet.state.protocol.SegmentRechecker;
import dev.freshet.state.protocol.WrongSegmentException;
import dev.freshet.vector.format.IndexStorage;
import java.io.IOException;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what a completed checkpoint holds, one after the other.
 *
 * <p>Assumes that it runs with parallelism 1, so that publishing and compaction never race each
 * other, and that anything it is given may have been committed by an earlier attempt: each commit
 * looks at the manifest first. A failure fails the job; the committables are in its state.
 */
final class PublicationCommitter implements Committer<Publication> {

  private static final Logger LOG = LoggerFactory.getLogger(PublicationCommitter.class);

  private final DatasetVersions versions;
  private final SegmentBuilder builder;
  private final PublishContext context;
  private final BackgroundCommit background = new BackgroundCommit();
  private final SegmentCommitter segments;
  private final CompactionCommitter compactions;
  private final SegmentRechecker rechecker;

  PublicationCommitter(StreamOptions options, MetricGroup group) {
    if (options.index() instanceof IndexSpec.Vector vectors
        && vectors.type().graph() != Graph.NONE) {
      ComputeThreads.warning().ifPresent(LOG::warn);
    }
    versions = new DatasetVersions(options.location(), ArrowBudget.ROWS);
    StorageMetrics requests = new StorageMetrics(group);
    IndexStorage storage = options.indexStorage(requests);
    builder = SegmentBuilder.of(options, storage);
    context = PublishContext.of(options, versions, storage, builder, requests, group);
    Publishing publishing = context.publishing();
    segments = new SegmentCommitter(publishing);
    rechecker = new SegmentRechecker(publishing);
    compactions = new CompactionCommitter(publishing);
  }

  /**
   * Commits what is given.
   *
   * @throws SuppressRestartsException if the table holds what no commit of this Lance keeps, or a
   *     segment is wrong even when rebuilt: the job ends, as trying again would not help
   */
  @Override
  public void commit(Collection<CommitRequest<Publication>> requests) throws IOException {
    for (CommitRequest<Publication> request : requests) {
      try {
        commit(request.getCommittable());
      } catch (UnkeepableIndexException | WrongSegmentException e) {
        throw new SuppressRestartsException(e);
      }
    }
  }

  private void commit(Publication publication) throws IOException {
    if (publication instanceof Publication.Segment segment) {
      segments.commit(segment.segment());
    } else if (publication instanceof Publication.Compaction compaction) {
      compactions.commit(new LanceRewrite(context, background, compaction.result()));
    } else if (publication instanceof Publication.Recheck recheck) {
      rechecker.recheck(recheck.segment());
    }
  }

  @Override
  public void close() throws IOException {
    builder.close();
    versions.close();
  }
}
