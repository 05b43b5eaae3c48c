package dev.freshet.bench.work;

import dev.freshet.bench.process.Measurement;
import dev.freshet.bench.process.Usage;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.lance.verify.SegmentVerifier;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.vector.format.SegmentReader;
import java.io.IOException;
import java.util.Comparator;

/**
 * What the queries of the verification cost, asked again of a segment that is published: nothing is
 * published without them, so there is no run to compare with.
 */
final class VerificationCost {

  private VerificationCost() {}

  /** Of the segment that covers the newest fragment. */
  static Measurement ofLatest(StreamOptions options) throws IOException {
    try (DatasetVersions versions = new DatasetVersions(options.location(), ArrowBudget.SAMPLE);
        DatasetHandle dataset = versions.latest()) {
      ManifestVersion manifest = ManifestReader.read(dataset, options.index().name());
      CommittedSegment newest =
          manifest.index().segments().stream()
              .max(
                  Comparator.comparing(
                      segment ->
                          segment.coverage().toList().stream().mapToInt(id -> id).max().orElse(0)))
              .orElseThrow();
      SegmentVerifier verifier =
          new SegmentVerifier(
              dataset.column(options.index().column()),
              options.vectors().type(),
              options.vectors().metric(),
              options.verifySamples(),
              newest.uuid().getLeastSignificantBits());
      Usage usage = Usage.start();
      int partitions =
          SegmentReader.open(options.indexStorage(), newest.uuid()).model().partitions();
      verifier.verify(dataset, newest.coverage(), partitions);
      return usage.end(options.verifySamples());
    }
  }
}
