package dev.freshet.vector.kernels;

/** A PQ codebook prepared for encoding many vectors. Immutable and thread-safe. */
public interface ProductEncoder {

  /**
   * Finds the nearest codebook entry, by L2, of each sub-vector, the first one among equals; the
   * first of all if no distance is finite.
   *
   * @param vectors shape [rows][dimension]
   * @param fromRow first row to encode
   * @param toRow row after the last one
   * @param codes receives shape [rows][subVectors], one byte an entry whatever the bits
   */
  void encode(float[] vectors, int fromRow, int toRow, byte[] codes);
}
