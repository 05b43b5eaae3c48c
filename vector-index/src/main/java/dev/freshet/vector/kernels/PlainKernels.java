package dev.freshet.vector.kernels;

/** Kernels in plain Java, written so that the compiler can vectorise some of their loops. */
public final class PlainKernels implements Kernels {

  @Override
  public NearestCentroid nearestCentroid(float[] centroids, int dimension, Distance distance) {
    return new PlainNearestCentroid(centroids, dimension, distance);
  }

  @Override
  public NearVectors nearVectors(float[] fixed, int dimension, Distance distance) {
    return new PlainNearVectors(
        PackedCentroids.of(fixed, dimension, fixed.length / dimension, distance));
  }

  @Override
  public ProductEncoder productEncoder(float[] codebook, int subVectors, int entries) {
    return new PlainProductEncoder(codebook, subVectors, entries);
  }

  @Override
  public String describe() {
    return "plain Java (start the JVM with --add-modules jdk.incubator.vector for faster ones)";
  }
}
