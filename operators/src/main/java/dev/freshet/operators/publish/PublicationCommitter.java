package dev.freshet.operators.publish;

import dev.freshet.operators.build.SegmentBuilder;
import dev.freshet.operators.build.SegmentRebuilder;
import dev.freshet.operators.lance.DatasetFiles;
import dev.freshet.operators.lance.DatasetVersions;
import dev.freshet.operators.metrics.EncodingMetrics;
import dev.freshet.operators.metrics.PublishMetrics;
import dev.freshet.operators.metrics.StorageMetrics;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.quarantine.DeadLetters;
import dev.freshet.operators.train.ForeignSegments;
import dev.freshet.vector.format.IndexStorage;
import java.io.IOException;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.metrics.MetricGroup;

/**
 * Commits what a completed checkpoint holds, one after the other.
 *
 * <p>Assumes that it runs with parallelism 1, so that publishing and compaction never race each
 * other, and that anything it is given may have been committed by an earlier attempt: each commit
 * looks at the manifest first. A failure fails the job; the committables are in its state.
 */
final class PublicationCommitter implements Committer<Publication> {

  private static final long ARROW_BYTES = 512L << 20;

  private final DatasetVersions versions;
  private final SegmentBuilder builder;
  private final SegmentCommitter segments;
  private final CompactionCommitter compactions;
  private final SegmentRechecker rechecker;

  PublicationCommitter(StreamOptions options, MetricGroup group) {
    PublishMetrics metrics = new PublishMetrics(group);
    versions = new DatasetVersions(options.location(), ARROW_BYTES);
    StorageMetrics requests = new StorageMetrics(group);
    IndexStorage storage = options.indexStorage(requests);
    builder = SegmentBuilder.of(options, storage);
    DatasetFiles files = StorageAccess.datasetFiles(options.location(), requests);
    SegmentRebuilder rebuilder =
        new SegmentRebuilder(
            options,
            storage,
            versions,
            builder,
            new DeadLetters(files, options.index().name()),
            new EncodingMetrics(group));
    VerificationGate gate = new VerificationGate(options, storage, files, rebuilder, metrics);
    VerifiedSegments verified = new VerifiedSegments();
    ForeignSegments foreign = new ForeignSegments(storage);
    segments = new SegmentCommitter(options, versions, builder, gate, verified, foreign, metrics);
    rechecker = new SegmentRechecker(options, versions, storage, files, verified, foreign, metrics);
    compactions =
        new CompactionCommitter(options, versions, files, new BackgroundCommit(), metrics);
  }

  @Override
  public void commit(Collection<CommitRequest<Publication>> requests) throws IOException {
    for (CommitRequest<Publication> request : requests) {
      Publication publication = request.getCommittable();
      if (publication instanceof Publication.Segment segment) {
        segments.commit(segment);
      } else if (publication instanceof Publication.Compaction compaction) {
        compactions.commit(compaction.result());
      } else if (publication instanceof Publication.Recheck recheck) {
        rechecker.recheck(recheck.segment());
      }
    }
  }

  @Override
  public void close() throws IOException {
    builder.close();
    versions.close();
  }
}
