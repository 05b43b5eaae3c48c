package dev.freshet.operators.publish;

import dev.freshet.lance.commit.SegmentPublisher;
import dev.freshet.lance.dataset.DatasetFiles;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.verify.SegmentEntries;
import dev.freshet.operators.assemble.RecodingBuilder;
import dev.freshet.operators.assemble.SegmentBuilder;
import dev.freshet.operators.assemble.SegmentRebuilder;
import dev.freshet.operators.metrics.EncodingMetrics;
import dev.freshet.operators.metrics.PublishMetrics;
import dev.freshet.operators.metrics.StorageMetrics;
import dev.freshet.operators.options.StorageAccess;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.operators.quarantine.DeadLetters;
import dev.freshet.operators.train.ForeignSegments;
import dev.freshet.operators.train.SegmentModels;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.state.protocol.Publishing;
import dev.freshet.state.protocol.VerifiedSegments;
import dev.freshet.vector.format.IndexStorage;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.apache.flink.metrics.MetricGroup;

/**
 * What all commits of one sink share; the versions and the builder are closed by who opened them.
 */
record PublishContext(
    StreamOptions options,
    DatasetVersions versions,
    IndexStorage storage,
    DatasetFiles files,
    SegmentBuilder builder,
    SegmentModels models,
    SegmentPublisher publisher,
    SegmentVerification verification,
    SegmentRebuilder rebuilder,
    VerifiedSegments known,
    SegmentEntries entries,
    RewrittenColumns rewritten,
    ForeignSegments foreign,
    PublishMetrics metrics) {

  static PublishContext of(
      StreamOptions options,
      DatasetVersions versions,
      IndexStorage storage,
      SegmentBuilder builder,
      StorageMetrics requests,
      MetricGroup group) {
    PublishMetrics metrics = new PublishMetrics(group);
    DatasetFiles files = StorageAccess.datasetFiles(options.location(), requests);
    SegmentPublisher publisher = new SegmentPublisher(Clock.systemUTC(), files);
    RewrittenColumns rewritten = new RewrittenColumns();
    SegmentRebuilder rebuilder =
        new SegmentRebuilder(
            options,
            storage,
            versions,
            builder,
            new DeadLetters(files, options.index().name()),
            new EncodingMetrics(group));
    return new PublishContext(
        options,
        versions,
        storage,
        files,
        new RecodingBuilder(builder, rebuilder, versions, Instant.MIN, rows -> {}),
        SegmentModels.of(options, storage, versions),
        publisher,
        new SegmentVerification(
            options.index(),
            SegmentCheck.of(options, storage, files, publisher, rewritten),
            metrics),
        rebuilder,
        new VerifiedSegments(),
        new SegmentEntries(storage, options.index().type()),
        rewritten,
        new ForeignSegments(storage),
        metrics);
  }

  /**
   * The manifest of a version.
   *
   * @throws org.apache.flink.runtime.execution.SuppressRestartsException if what has the index's
   *     name there must be left alone
   */
  ManifestVersion manifest(DatasetHandle dataset) throws IOException {
    ManifestVersion manifest = ManifestReader.read(dataset, index());
    foreign.refuse(dataset, options.index(), manifest.index());
    rewritten.look(dataset, manifest, dataset.field(options.index().column()));
    return manifest;
  }

  /** The protocol's view of all this. */
  Publishing publishing() {
    return new Publishing(
        index(),
        options.index().type(),
        new LanceIndexTable(this),
        new PublishReport(index(), metrics),
        known,
        UUID::randomUUID);
  }

  /** Name of the index. */
  String index() {
    return options.index().name();
  }
}
