package dev.freshet.vector.kernels;

/** Kernels on {@code jdk.incubator.vector}, with the widest registers of the machine. */
public final class VectorKernels implements Kernels {

  @Override
  public NearestCentroid nearestCentroid(float[] centroids, int dimension, Distance distance) {
    PackedCentroids packed = PackedCentroids.of(centroids, dimension, PanelProduct.PANEL, distance);
    NearestCentroid all = new VectorNearestCentroid(packed);
    return ProjectedCentroids.isWorthwhile(packed)
        ? new BoundedNearestCentroid(ProjectedCentroids.of(packed), packed, all)
        : all;
  }

  @Override
  public NearVectors nearVectors(float[] fixed, int dimension, Distance distance) {
    return new VectorNearVectors(
        PackedCentroids.of(fixed, dimension, PanelProduct.PANEL, distance));
  }

  @Override
  public ProductEncoder productEncoder(float[] codebook, int subVectors, int entries) {
    return new VectorProductEncoder(codebook, subVectors, entries);
  }

  @Override
  public String describe() {
    return "Vector API, " + PanelProduct.LANES + " floats a register";
  }
}
