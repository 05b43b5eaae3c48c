package dev.freshet.bench.work;

import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.manifest.ManifestReader;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.vector.format.IndexStorage;
import java.io.IOException;

/**
 * An index before rows are appended.
 *
 * @param rows live rows, all of them indexed
 * @param files in storage, the smallest of which is the given model alone
 * @param bytesPerRow of the index without its model: what a row takes that is written once
 */
record IndexBaseline(long version, long rows, IndexFiles files, double bytesPerRow) {

  static IndexBaseline of(StreamOptions options) throws IOException {
    IndexStorage storage = options.indexStorage();
    IndexFiles files = IndexFiles.in(storage);
    try (DatasetVersions versions = new DatasetVersions(options.location(), ArrowBudget.MANIFEST);
        DatasetHandle dataset = versions.latest()) {
      ManifestVersion manifest = ManifestReader.read(dataset, options.index().name());
      long codes = 0;
      for (CommittedSegment segment : manifest.index().segments()) {
        codes += storage.size(segment.uuid()) - files.smallest();
      }
      long rows = manifest.liveRows();
      return new IndexBaseline(manifest.version(), rows, files, (double) codes / rows);
    }
  }

  /** The bytes that so many rows take at least. */
  double bytesOf(long more) {
    return more * bytesPerRow;
  }

  /** The bytes that were written since, without the model that each segment carries. */
  long codesSince(IndexFiles now) {
    long models = (now.segments() - files.segments()) * files.smallest();
    return now.bytes() - files.bytes() - models;
  }
}
