package dev.freshet.vector.kernels;

/** Kernels on {@code jdk.incubator.vector}, with the widest registers of the machine. */
public final class VectorKernels implements Kernels {

  @Override
  public NearestCentroid nearestCentroid(float[] centroids, int dimension, Distance distance) {
    return new VectorNearestCentroid(centroids, dimension, distance);
  }

  @Override
  public ProductEncoder productEncoder(float[] codebook, int subVectors, int entries) {
    return new VectorProductEncoder(codebook, subVectors, entries);
  }

  @Override
  public String describe() {
    return "Vector API, " + VectorNearestCentroid.LANES + " floats a register";
  }
}
