package dev.freshet.vector.kernels;

import org.slf4j.LoggerFactory;

/** The kernels of one platform. Stateless and thread-safe. */
public interface Kernels {

  /**
   * Prepares the search for nearest centroids.
   *
   * @param centroids shape [partitions][dimension]; not to be changed as long as it is in use
   */
  NearestCentroid nearestCentroid(float[] centroids, int dimension, Distance distance);

  /**
   * Prepares the search for rows that are near.
   *
   * @param fixed shape [vectors][dimension]; not to be changed as long as it is in use
   */
  NearVectors nearVectors(float[] fixed, int dimension, Distance distance);

  /**
   * Prepares product quantization.
   *
   * @param codebook shape [subVectors][entries][dimension / subVectors]; copied
   * @param entries entries of one sub-vector, 16 or 256
   */
  ProductEncoder productEncoder(float[] codebook, int subVectors, int entries);

  /** A short description for logs. */
  String describe();

  /**
   * The fastest kernels that this JVM can run: those of the Vector API if it was started with
   * {@code --add-modules jdk.incubator.vector}, else plain ones, several times slower.
   */
  static Kernels best() {
    boolean vectorApi = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    Kernels kernels = vectorApi ? new VectorKernels() : new PlainKernels();
    LoggerFactory.getLogger(Kernels.class).info("kernels={}", kernels.describe());
    return kernels;
  }
}
