package dev.freshet.bench.work;

/**
 * A table's life under drift: its first rows, and then steps of rows that are inserted, and of the
 * oldest that are deleted. Rows are numbered as they are inserted. Equal streams give equal rows.
 */
final class DriftStream {

  static final int CLUSTERS = 256;

  private static final long SEED = 1;

  /**
   * What happens at once.
   *
   * @param number 0 for the first rows
   * @param vectors that are inserted, shape [rows][dimension]
   * @param oldest number of the oldest row that stays; those before are deleted
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of bulk data, never compared
  record Step(int number, float[] vectors, long oldest) {}

  private final Drift drift;
  private final DriftSize size;
  private final MovingClusters clusters;
  private int next;

  DriftStream(Drift drift, DriftSize size) {
    this.drift = drift;
    this.size = size;
    this.clusters = new MovingClusters(CLUSTERS, size.dimension(), SEED);
  }

  boolean hasNext() {
    return next <= size.steps();
  }

  Step next() {
    int number = next++;
    if (number == 0) {
      return new Step(0, clusters.next(size.firstRows()), 0);
    }
    drift.apply(clusters);
    return new Step(
        number, clusters.next(size.stepRows()), (long) drift.deleted(number) * size.stepRows());
  }
}
