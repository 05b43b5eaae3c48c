package dev.freshet.bench.work;

import dev.freshet.job.demo.ClusteredVectors;
import dev.freshet.job.demo.DatasetChurn.Pace;
import dev.freshet.lance.dataset.DatasetLocation;
import dev.freshet.lance.sample.VectorTable;
import java.util.Map;

/**
 * Clustered vectors, always the same.
 *
 * @param fragmentRows rows of a fragment; the last may have fewer
 */
record VectorData(long rows, int dimension, int fragmentRows) {

  private static final long SEED = 1;
  private static final long APPENDED_SEED = 2;
  private static final long WARM_UP_FLOATS = 32L << 20;

  VectorData {
    if (rows < 1 || fragmentRows < 1) {
      throw new IllegalArgumentException("No dataset of " + rows + " rows");
    }
  }

  /** The same number of fragments, each smaller or larger. */
  VectorData scaled(double factor) {
    return new VectorData(
        Math.max(1, Math.round(rows * factor)),
        dimension,
        (int) Math.max(1, Math.round(fragmentRows * factor)));
  }

  /** A small dataset of the same kind: about two seconds' work. */
  VectorData forWarmUp() {
    int few = (int) Math.min(rows, WARM_UP_FLOATS / dimension);
    return new VectorData(few, dimension, few);
  }

  /** Writes the dataset, fragment by fragment. */
  void write(String uri) {
    ClusteredVectors vectors = new ClusteredVectors(dimension, SEED);
    try (VectorTable table = VectorTable.create(uri, dimension)) {
      for (long left = rows; left > 0; left -= fragmentRows) {
        int some = (int) Math.min(left, fragmentRows);
        table.append(vectors.next(some), some);
      }
    }
  }

  /** Appends other vectors of the same kind to the dataset. */
  void append(String uri, int more) {
    try (VectorTable table = VectorTable.open(new DatasetLocation(uri, Map.of()))) {
      table.append(new ClusteredVectors(dimension, APPENDED_SEED).next(more), more);
    }
  }

  /** Appends vectors of the dataset's own clusters, at a pace that no slow append holds up. */
  void append(String uri, Pace pace) throws InterruptedException {
    ClusteredVectors vectors = new ClusteredVectors(dimension, SEED);
    for (long left = rows; left > 0; left -= fragmentRows) {
      vectors.next((int) Math.min(left, fragmentRows)); // the dataset has these
    }
    try (VectorTable table = VectorTable.open(DatasetLocation.of(uri))) {
      long next = System.nanoTime();
      for (int i = 0; i < pace.appends(); i++) {
        Thread.sleep(Math.max(0, (next - System.nanoTime()) / 1_000_000));
        next += pace.interval().toNanos();
        table.append(vectors.next(pace.rows()), pace.rows());
      }
    }
  }
}
