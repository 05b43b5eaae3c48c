package dev.freshet.job.report;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.read.VectorScan;
import dev.freshet.operators.train.ModelErrors;
import dev.freshet.state.model.CommittedSegment;
import dev.freshet.state.model.Fragment;
import dev.freshet.state.model.IndexKind;
import dev.freshet.state.model.ManifestVersion;
import dev.freshet.vector.format.IndexStorage;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.ModelError;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How well the model of the newest rows that an index covers fits them. */
final class NewestRows {

  private static final Logger LOG = LoggerFactory.getLogger(NewestRows.class);
  private static final long ROWS = 256;
  private static final long BATCH_BYTES = 8L << 20;

  private NewestRows() {}

  /**
   * The error of the last rows of the newest fragment, relative to that of the rows that the model
   * was trained on: a read of {@value #ROWS} rows. Empty if the latter is not known, the rows
   * cannot be read, or Lance encodes the index.
   *
   * @param column name of the column
   */
  static OptionalDouble error(
      DatasetHandle dataset,
      String column,
      ManifestVersion manifest,
      IndexStorage storage,
      ModelErrors errors)
      throws IOException {
    Optional<Fragment> newest =
        manifest.fragments(manifest.covered()).stream().max(Comparator.comparingInt(Fragment::id));
    if (newest.isEmpty()) {
      return OptionalDouble.empty();
    }
    CommittedSegment segment = manifest.segmentOf(newest.get().id()).orElseThrow();
    IvfModel model = SegmentReader.open(storage, segment.uuid()).model();
    OptionalDouble trained = errors.find(model.id());
    if (model.type().builder() != IndexKind.Builder.FRESHET || !(trained.orElse(0) > 0)) {
      return OptionalDouble.empty();
    }
    try {
      OptionalDouble now = error(dataset, dataset.column(column), newest.get(), model);
      return now.isPresent()
          ? OptionalDouble.of(now.getAsDouble() / trained.getAsDouble())
          : OptionalDouble.empty();
    } catch (IOException | RuntimeException e) { // whatever Lance says of files that are gone
      LOG.debug("The newest rows of {} cannot be read", dataset, e);
      return OptionalDouble.empty();
    }
  }

  private static OptionalDouble error(
      DatasetHandle dataset, VectorColumn column, Fragment newest, IvfModel model)
      throws IOException {
    long rows = Math.min(ROWS, newest.liveRows());
    try (VectorScan scan =
        new VectorScan(
            dataset,
            column,
            List.of(newest.rows().slice(newest.liveRows() - rows, rows)),
            BATCH_BYTES)) {
      Optional<VectorBatch> batch = scan.next();
      return batch.isEmpty()
          ? OptionalDouble.empty()
          : ModelError.of(model, Kernels.best(), batch.get());
    }
  }
}
