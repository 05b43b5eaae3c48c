package dev.freshet.vector.training;

import dev.freshet.vector.kernels.Kernels;
import java.util.Arrays;

/** Lloyd's algorithm from one choice of first centroids, step by step. */
final class LloydRun {
  /** Centroids have settled if fewer than one row in so many moved. */
  private static final int SETTLED = 500;

  /** How far the halves of a split cluster move apart, relative to their values; from Faiss. */
  private static final float SPLIT = 1f / 1024;

  private final Clustering shape;
  private final Kernels kernels;
  private final Workers workers;

  /** Shape [rows][dimension]. */
  private final float[] vectors;

  /** Shape [groups][clusters][length]. */
  private final float[] centroids;

  /** Shape [rows][groups]; -1 for none. */
  private final int[] nearest;

  private int iterations;

  /**
   * @param vectors shape [rows][dimension]
   * @param firstRow the first of the vectors that the centroids are at the start
   */
  LloydRun(
      Clustering shape, Kernels kernels, Workers workers, float[] vectors, int rows, int firstRow) {
    this.shape = shape;
    this.kernels = kernels;
    this.workers = workers;
    this.vectors = vectors;
    this.centroids = rowsFrom(firstRow);
    this.nearest = new int[rows * shape.groups()];
    Arrays.fill(nearest, -1);
  }

  /** Shape [groups][clusters][length]. */
  float[] centroids() {
    return centroids;
  }

  int iterations() {
    return iterations;
  }

  /** One step over the first rows; returns whether hardly any of them moved. */
  boolean iterate(int rows) {
    int[] before = Arrays.copyOf(nearest, rows * shape.groups());
    assign(rows, nearest);
    int[] sizes = new int[shape.centroids()];
    workers.run(shape.centroids(), (from, to) -> average(rows, sizes, from, to));
    for (int group = 0; group < shape.groups(); group++) {
      splitLargest(sizes, group * shape.clusters());
    }
    long moved = 0;
    for (int i = 0; i < before.length; i++) {
      moved += before[i] == nearest[i] ? 0 : 1;
    }
    iterations++;
    return moved * SETTLED < before.length;
  }

  /** The loss on the first rows. What has moved is not told by it, so the next step can tell. */
  double loss(int rows) {
    int[] own = new int[rows * shape.groups()];
    assign(rows, own);
    return shape.loss(vectors, rows, centroids, own);
  }

  private void assign(int rows, int[] to) {
    Clustering.Assignment assignment = shape.assignment(kernels, centroids);
    workers.run(rows, (from, until) -> assignment.assign(vectors, from, until, to));
  }

  private float[] rowsFrom(int first) {
    int length = shape.length();
    float[] chosen = new float[shape.centroids() * length];
    for (int i = 0; i < shape.centroids(); i++) {
      int row = first + i % shape.clusters();
      int group = i / shape.clusters();
      System.arraycopy(
          vectors, row * shape.dimension() + group * length, chosen, i * length, length);
      if (shape.spherical()) {
        normalize(chosen, i * length, length);
      }
    }
    return chosen;
  }

  /** Moves the centroids [from, to) to the mean of their rows and counts these. */
  private void average(int rows, int[] sizes, int from, int to) {
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
  private void splitLargest(int[] sizes, int first) {
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
