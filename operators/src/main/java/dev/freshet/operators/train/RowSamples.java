package dev.freshet.operators.train;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.read.VectorSample;
import dev.freshet.state.model.Coverage;
import dev.freshet.state.model.IndexSpec;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Draws vectors of an index's column at random: the same of the same version.
 *
 * @param index whose column it is
 */
record RowSamples(IndexSpec.Vector index) {

  private static final Logger LOG = LoggerFactory.getLogger(RowSamples.class);
  private static final long SEED = 42;

  /** Rows of a fragment that tell whether it can be read. */
  private static final int PROBED_ROWS = 64;

  /** Up to so many rows of some fragments, without those that cannot be read if some can. */
  VectorBatch drawReadable(DatasetHandle dataset, Coverage fragments, int rows) throws IOException {
    try {
      return draw(dataset, fragments, rows);
    } catch (IOException | RuntimeException e) {
      Coverage readable = readable(dataset, fragments);
      if (readable.isEmpty() || readable.equals(fragments)) {
        throw e;
      }
      LOG.error(
          "Vectors of index {} are drawn without fragments {}, which cannot be read",
          index.name(),
          fragments.minus(readable),
          e);
      return draw(dataset, readable, rows);
    }
  }

  /** Up to so many rows of some fragments. */
  VectorBatch draw(DatasetHandle dataset, Coverage fragments, int rows) throws IOException {
    VectorColumn column = dataset.column(index.column());
    return new VectorSample(dataset, column, index.metric(), fragments).draw(rows, SEED);
  }

  /** The fragments that give some rows, each tried alone. */
  private Coverage readable(DatasetHandle dataset, Coverage fragments) {
    return Coverage.of(
        fragments.stream()
            .filter(
                fragment -> {
                  try {
                    draw(dataset, Coverage.of(fragment), PROBED_ROWS);
                    return true;
                  } catch (IOException | RuntimeException e) {
                    return false;
                  }
                }));
  }
}
