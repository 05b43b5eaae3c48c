package dev.freshet.vector.training;

import dev.freshet.vector.kernels.Kernels;

/**
 * K-means on growing parts of the data (in the manner of Newling and Fleuret, "Nested Mini-Batch
 * K-Means", 2016): the first iterations see a sixteenth of it, the last ones all. The same data in
 * the same order gives the same centroids, on any number of threads.
 */
final class KMeans {
  /** Rows for each centroid that an iteration sees at least. */
  private static final int MIN_ROWS_PER_CENTROID = 32;

  private static final int[] PARTS = {16, 4, 1};

  /** Iterations until the end of each part, of five. */
  private static final int[] UNTIL = {2, 4, 5};

  private final Clustering shape;
  private final Kernels kernels;
  private final Workers workers;
  private final int maxIterations;

  KMeans(Clustering shape, Kernels kernels, Workers workers, int maxIterations) {
    this.shape = shape;
    this.kernels = kernels;
    this.workers = workers;
    this.maxIterations = maxIterations;
  }

  /**
   * Trains centroids.
   *
   * @param vectors shape [rows][dimension], in random order
   * @param rows at least as many as a group has clusters
   * @return shape [groups][clusters][length]
   */
  float[] train(float[] vectors, int rows) {
    return trainBest(vectors, rows, 1);
  }

  /**
   * Trains centroids from the best of several starts, as k-means ends in a local optimum. Each
   * start sees the first part of the data, where it costs little; the one that loses least there
   * goes on.
   *
   * @param starts at most, each from vectors of its own
   */
  float[] trainBest(float[] vectors, int rows, int starts) {
    int first = rowsOfPart(0, rows);
    int most = Math.max(1, Math.min(starts, rows / shape.clusters()));
    LloydRun best = start(vectors, rows, 0);
    double least = most > 1 ? best.loss(first) : 0;
    for (int i = 1; i < most; i++) {
      LloydRun other = start(vectors, rows, i * shape.clusters());
      double loss = other.loss(first);
      if (loss < least) {
        best = other;
        least = loss;
      }
    }
    for (int part = 1; part < PARTS.length; part++) {
      train(best, part, rows);
    }
    return best.centroids();
  }

  private LloydRun start(float[] vectors, int rows, int firstRow) {
    LloydRun run = new LloydRun(shape, kernels, workers, vectors, rows, firstRow);
    train(run, 0, rows);
    return run;
  }

  /** Iterates over a part of the data until it has settled, or it is the next part's turn. */
  private void train(LloydRun run, int part, int rows) {
    int seen = rowsOfPart(part, rows);
    int until = Math.max(1, maxIterations * UNTIL[part] / UNTIL[PARTS.length - 1]);
    boolean settled = false;
    while (run.iterations() < until && !settled) {
      settled = run.iterate(seen);
    }
  }

  private int rowsOfPart(int part, int rows) {
    long least = (long) MIN_ROWS_PER_CENTROID * shape.clusters();
    return (int) Math.min(rows, Math.max(least, rows / PARTS[part]));
  }
}
