package dev.freshet.bench.work;

import java.util.List;

/** A table of which each step inserts as many rows, and deletes perhaps as many of the oldest. */
final class DriftStream implements DriftSteps {

  static final int CLUSTERS = 256;

  private static final long SEED = 1;

  private final Drift drift;
  private final DriftSize size;
  private final MovingClusters clusters;
  private int next;

  DriftStream(Drift drift, DriftSize size) {
    this.drift = drift;
    this.size = size;
    this.clusters = new MovingClusters(CLUSTERS, size.dimension(), SEED);
  }

  @Override
  public boolean hasNext() {
    return next <= size.steps();
  }

  @Override
  public Step next() {
    int number = next++;
    if (number == 0) {
      return new Step(0, clusters.next(size.firstRows()), List.of());
    }
    drift.apply(clusters);
    long before = number == 1 ? 0 : deletedRows(number - 1);
    long now = deletedRows(number);
    List<Numbers> deleted = now > before ? List.of(new Numbers(before, now)) : List.of();
    return new Step(number, clusters.next(size.stepRows()), deleted);
  }

  private long deletedRows(int step) {
    return (long) drift.deleted(step) * size.stepRows();
  }
}
