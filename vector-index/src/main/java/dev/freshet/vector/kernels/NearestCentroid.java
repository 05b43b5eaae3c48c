package dev.freshet.vector.kernels;

/** Centroids prepared for finding the nearest one of many vectors. Immutable and thread-safe. */
public interface NearestCentroid {

  /**
   * Finds the nearest centroid of each vector, the first one among equals.
   *
   * @param vectors shape [rows][dimension], finite values
   * @param fromRow first row to look at
   * @param toRow row after the last one
   * @param nearest receives the index of the centroid at [row]; -1 if no distance is finite
   */
  void assign(float[] vectors, int fromRow, int toRow, int[] nearest);
}
