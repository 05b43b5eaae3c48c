package dev.freshet.lance;

import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.Quantizer;

/** Models that are quick to make and good enough for recall: their entries are rows of the data. */
public final class TestModels {

  private static final int ENTRIES = 256;
  private static final int SUB_DIMENSION = 2;

  private TestModels() {}

  public static IvfModel of(TestVectors vectors, IndexType type, Metric metric, int partitions) {
    TestVectors data = metric == Metric.COSINE ? vectors.normalised() : vectors;
    float[] centroids = data.centroids(partitions);
    Quantizer quantizer =
        switch (type.training()) {
          case NONE -> new Quantizer.Flat();
          case CODEBOOK -> product(data, centroids, metric);
          case BOUNDS, LEFT_TO_LANCE -> new Quantizer.BuiltByLance();
        };
    return new IvfModel(type, metric, vectors.dimension(), centroids, quantizer);
  }

  /** Sub-vectors of 2 elements; with dot Lance encodes the vector itself, else the residual. */
  private static Quantizer product(TestVectors data, float[] centroids, Metric metric) {
    int dimension = data.dimension();
    TestVectors near = TestVectors.of(dimension, centroids);
    int subVectors = dimension / SUB_DIMENSION;
    float[] codebook = new float[dimension * ENTRIES];
    for (int entry = 0; entry < ENTRIES; entry++) {
      float[] vector = data.row(entry * (data.rows() / ENTRIES) + data.rows() / (2 * ENTRIES));
      if (metric != Metric.DOT) {
        float[] centroid = near.row(near.nearest(vector, 1, Metric.L2).get(0).intValue());
        for (int d = 0; d < dimension; d++) {
          vector[d] -= centroid[d];
        }
      }
      for (int sub = 0; sub < subVectors; sub++) {
        System.arraycopy(
            vector,
            sub * SUB_DIMENSION,
            codebook,
            (sub * ENTRIES + entry) * SUB_DIMENSION,
            SUB_DIMENSION);
      }
    }
    return new Quantizer.Product(subVectors, Byte.SIZE, codebook);
  }
}
