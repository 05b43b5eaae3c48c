package dev.freshet.vector.training;

import dev.freshet.vector.kernels.Kernels;
import java.util.Arrays;

/**
 * Lloyd's algorithm from randomly chosen vectors, on growing parts of the data (in the manner of
 * Newling and Fleuret, "Nested Mini-Batch K-Means", 2016): most iterations see an eighth of it, the
 * last ones all. The same data in the same order gives the same centroids, on any number of
 * threads.
 */
final class KMeans {
  /** Rows for each centroid that an iteration sees at least. */
  private static final int MIN_ROWS_PER_CENTROID = 32;

  /** An iteration is the last on its part of the data if fewer than one row in so many moved. */
  private static final int SETTLED = 500;

  private static final int[] PARTS = {8, 4, 1};

  /** How far the halves of a split cluster move apart, relative to their values; from Faiss. */
  private static final float SPLIT = 1f / 1024;

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
    return train(vectors, rows, 0);
  }

  /**
   * The best of several trainings by the loss on all rows: k-means ends in a local optimum.
   *
   * @param starts trainings at most, each from vectors of its own
   */
  float[] trainBest(float[] vectors, int rows, int starts) {
    int most = Math.min(starts, rows / shape.clusters());
    if (most <= 1) {
      return train(vectors, rows);
    }
    float[] best = new float[0];
    double least = Double.POSITIVE_INFINITY;
    for (int start = 0; start < most; start++) {
      float[] centroids = train(vectors, rows, start * shape.clusters());
      double loss = loss(vectors, rows, centroids);
      if (start == 0 || loss < least) {
        best = centroids;
        least = loss;
      }
    }
    return best;
  }

  private double loss(float[] vectors, int rows, float[] centroids) {
    int[] nearest = new int[rows * shape.groups()];
    Clustering.Assignment assignment = shape.assignment(kernels, centroids);
    workers.run(rows, (from, to) -> assignment.assign(vectors, from, to, nearest));
    return shape.loss(vectors, rows, centroids, nearest);
  }

  private float[] train(float[] vectors, int rows, int firstRow) {
    float[] centroids = rowsFrom(vectors, firstRow);
    int[] nearest = new int[rows * shape.groups()];
    Arrays.fill(nearest, -1);
    int least = (int) Math.min(rows, (long) MIN_ROWS_PER_CENTROID * shape.clusters());
    int iterations = 0;
    for (int part = 0; part < PARTS.length; part++) {
      int seen = Math.max(least, rows / PARTS[part]);
      boolean last = part == PARTS.length - 1;
      if (seen == rows && !last) {
        continue;
      }
      int until = last ? maxIterations : maxIterations * (part + 1) * 2 / 5;
      boolean settled = false;
      for (; iterations < until && !settled; iterations++) {
        settled = iterate(vectors, seen, centroids, nearest);
      }
    }
    return centroids;
  }

  /** One step over the first rows; returns whether hardly any of them moved. */
  private boolean iterate(float[] vectors, int rows, float[] centroids, int[] nearest) {
    int[] before = Arrays.copyOf(nearest, rows * shape.groups());
    Clustering.Assignment assignment = shape.assignment(kernels, centroids);
    workers.run(rows, (from, to) -> assignment.assign(vectors, from, to, nearest));
    int[] sizes = new int[shape.centroids()];
    workers.run(
        shape.centroids(),
        (from, to) -> average(vectors, rows, nearest, centroids, sizes, from, to));
    for (int group = 0; group < shape.groups(); group++) {
      splitLargest(centroids, sizes, group * shape.clusters());
    }
    long moved = 0;
    for (int i = 0; i < before.length; i++) {
      moved += before[i] == nearest[i] ? 0 : 1;
    }
    return moved * SETTLED < before.length;
  }

  private float[] rowsFrom(float[] vectors, int first) {
    int length = shape.length();
    float[] centroids = new float[shape.centroids() * length];
    for (int i = 0; i < shape.centroids(); i++) {
      int row = first + i % shape.clusters();
      int group = i / shape.clusters();
      System.arraycopy(
          vectors, row * shape.dimension() + group * length, centroids, i * length, length);
      if (shape.spherical()) {
        normalize(centroids, i * length, length);
      }
    }
    return centroids;
  }

  /** Moves the centroids [from, to) to the mean of their rows and counts these. */
  private void average(
      float[] vectors, int rows, int[] nearest, float[] centroids, int[] sizes, int from, int to) {
    int length = shape.length();
    double[] sums = new double[(to - from) * length];
    int clusters = shape.clusters();
    for (int group = from / clusters; group * clusters < to; group++) {
      for (int row = 0; row < rows; row++) {
        int cluster = nearest[row * shape.groups() + group];
        int centroid = group * clusters + cluster;
        if (cluster >= 0 && centroid >= from && centroid < to) {
          sizes[centroid]++;
          int at = row * shape.dimension() + group * length;
          add(vectors, at, sums, (centroid - from) * length, length);
        }
      }
    }
    for (int centroid = from; centroid < to; centroid++) {
      if (sizes[centroid] > 0) {
        for (int d = 0; d < length; d++) {
          centroids[centroid * length + d] =
              (float) (sums[(centroid - from) * length + d] / sizes[centroid]);
        }
        if (shape.spherical()) {
          normalize(centroids, centroid * length, length);
        }
      }
    }
  }

  private static void add(float[] from, int at, double[] sums, int sumsAt, int length) {
    for (int d = 0; d < length; d++) {
      sums[sumsAt + d] += from[at + d];
    }
  }

  /** Gives each empty cluster of a group one half of the group's largest. */
  private void splitLargest(float[] centroids, int[] sizes, int first) {
    int length = shape.length();
    for (int empty = first; empty < first + shape.clusters(); empty++) {
      if (sizes[empty] > 0) {
        continue;
      }
      int largest = first;
      for (int i = first; i < first + shape.clusters(); i++) {
        largest = sizes[i] > sizes[largest] ? i : largest;
      }
      if (sizes[largest] < 2) {
        return;
      }
      for (int d = 0; d < length; d++) {
        float value = centroids[largest * length + d];
        float apart = d % 2 == 0 ? SPLIT : -SPLIT;
        centroids[empty * length + d] = value * (1 + apart);
        centroids[largest * length + d] = value * (1 - apart);
      }
      sizes[empty] = sizes[largest] / 2;
      sizes[largest] -= sizes[empty];
    }
  }

  /** A zero vector stays as it is. */
  private static void normalize(float[] values, int at, int length) {
    double squares = 0;
    for (int i = at; i < at + length; i++) {
      squares += (double) values[i] * values[i];
    }
    if (squares > 0) {
      double factor = 1 / Math.sqrt(squares); // beyond float32 if the values are subnormal
      for (int i = at; i < at + length; i++) {
        values[i] = (float) (values[i] * factor);
      }
    }
  }
}
