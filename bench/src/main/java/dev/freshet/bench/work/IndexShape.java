package dev.freshet.bench.work;

import dev.freshet.lance.sample.VectorTable;
import dev.freshet.operators.options.FreshetOptions;
import dev.freshet.state.model.IndexType;
import java.util.OptionalInt;
import org.apache.flink.configuration.Configuration;

/**
 * The index that both build, with metric l2.
 *
 * @param subVectors of PQ
 */
record IndexShape(IndexType type, int partitions, OptionalInt subVectors) {

  static final String NAME = "bench";

  /** At full scale a partition is to have rows enough; a tiny dataset gets fewer partitions. */
  private static final int ROWS_PER_PARTITION = 39;

  IndexShape forRows(long rows) {
    int most = (int) Math.max(1, Math.min(partitions, rows / ROWS_PER_PARTITION));
    return new IndexShape(type, most, subVectors);
  }

  /** For people: the index and what it is over. */
  String over(VectorData data) {
    return over(data.rows(), data.dimension());
  }

  /** For people: the index and what it is over. */
  String over(long rows, int dimension) {
    return String.format(
        "%s, %,d x %d, %d partitions%s",
        type,
        rows,
        dimension,
        partitions,
        subVectors.isPresent() ? ", " + subVectors.getAsInt() + " sub-vectors" : "");
  }

  /** The options of Freshet's stream, without its model. */
  Configuration options(String dataset) {
    Configuration config = new Configuration();
    config.set(FreshetOptions.DATASET, dataset);
    config.set(FreshetOptions.COLUMN, VectorTable.VECTOR);
    config.set(FreshetOptions.INDEX_NAME, NAME);
    config.set(FreshetOptions.INDEX_TYPE, type.name());
    config.set(FreshetOptions.INDEX_PARTITIONS, partitions);
    if (subVectors.isPresent()) {
      config.set(FreshetOptions.INDEX_SUB_VECTORS, subVectors.getAsInt());
    }
    return config;
  }
}
