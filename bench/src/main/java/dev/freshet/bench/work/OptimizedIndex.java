package dev.freshet.bench.work;

import dev.freshet.bench.process.Usage;
import dev.freshet.lance.dataset.ArrowBudget;
import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.manifest.DatasetVersions;
import dev.freshet.lance.sample.LanceIndexing;
import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.StreamOptions;
import dev.freshet.vector.quantizer.IvfModel;
import java.io.IOException;

/** Lance builds an index with a given model, and then keeps it by {@code optimizeIndices}. */
final class OptimizedIndex implements Upkeep {

  private final StreamOptions options;
  private final IvfModel model;
  private boolean built;
  private long bytes;

  OptimizedIndex(StreamOptions options) throws IOException {
    this.options = options;
    this.model = GivenModel.read(options.indexStorage());
    this.bytes = IndexFiles.in(options.indexStorage()).bytes();
  }

  @Override
  public Kept keep() throws IOException {
    try (DatasetVersions versions = new DatasetVersions(options.location(), ArrowBudget.SAMPLE);
        DatasetHandle dataset = versions.latest()) {
      LanceIndexing lance = new LanceIndexing(dataset, dataset.column(VectorTable.VECTOR));
      Usage usage = Usage.start();
      if (built) {
        lance.optimize(IndexShape.NAME);
      } else {
        lance.build(IndexShape.NAME, model);
        built = true;
      }
      Kept kept = Kept.now(options, usage, bytes);
      bytes += kept.bytesWritten();
      return kept;
    }
  }
}
