package dev.freshet.vector.training;

import dev.freshet.vector.kernels.Distance;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.kernels.ProductEncoder;

/**
 * The shape of a k-means problem: one on whole vectors, or one on each sub-vector at once.
 *
 * @param groups sub-vectors, each with centroids of its own
 * @param clusters centroids of a group
 * @param length dimension of a centroid
 * @param spherical whether centroids are kept at length 1 and the inner product is maximised
 */
record Clustering(int groups, int clusters, int length, boolean spherical) {

  static Clustering ofVectors(int clusters, int dimension, Distance distance) {
    return new Clustering(1, clusters, dimension, distance == Distance.ONE_MINUS_DOT);
  }

  static Clustering ofSubVectors(int subVectors, int clusters, int dimension) {
    return new Clustering(subVectors, clusters, dimension / subVectors, false);
  }

  int dimension() {
    return groups * length;
  }

  int centroids() {
    return groups * clusters;
  }

  /** Finds the nearest centroid of each row in each group. */
  interface Assignment {
    /** Receives shape [rows][groups] in {@code nearest}. */
    void assign(float[] vectors, int fromRow, int toRow, int[] nearest);
  }

  /**
   * @param centroids shape [groups][clusters][length]
   */
  Assignment assignment(Kernels kernels, float[] centroids) {
    if (groups == 1) {
      Distance distance = spherical ? Distance.ONE_MINUS_DOT : Distance.SQUARED_L2;
      return kernels.nearestCentroid(centroids, length, distance)::assign;
    }
    ProductEncoder encoder = kernels.productEncoder(centroids, groups, clusters);
    return (vectors, fromRow, toRow, nearest) -> {
      byte[] codes = new byte[toRow * groups];
      encoder.encode(vectors, fromRow, toRow, codes);
      for (int i = fromRow * groups; i < codes.length; i++) {
        nearest[i] = Byte.toUnsignedInt(codes[i]);
      }
    };
  }

  /**
   * Sum of the squared distances of the rows from their centroids, or what orders spherical
   * clusterings likewise; infinite if a row has no centroid.
   *
   * @param centroids shape [groups][clusters][length]
   * @param nearest shape [rows][groups]; -1 for none
   */
  double loss(float[] vectors, int rows, float[] centroids, int[] nearest) {
    double loss = 0;
    for (int i = 0; i < rows * groups; i++) {
      if (nearest[i] < 0) {
        return Double.POSITIVE_INFINITY;
      }
      int centroid = (i % groups * clusters + nearest[i]) * length;
      for (int d = 0; d < length; d++) {
        double value = vectors[i * length + d];
        double other = centroids[centroid + d];
        loss += spherical ? -value * other : (value - other) * (value - other);
      }
    }
    return loss;
  }
}
