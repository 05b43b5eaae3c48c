package dev.freshet.vector.kernels;

/** Fixed vectors prepared for finding the few of many rows that are near. Thread-safe. */
public interface NearVectors {

  /** Receives a row and the index of a fixed vector. */
  interface Pairs {
    void accept(int row, int vector);
  }

  /**
   * Feeds all pairs whose distance is at most the limit of the fixed vector, and some that are
   * farther, by rounding or as their distance is no number.
   *
   * @param vectors shape [rows][dimension]
   * @param fromRow first row to look at
   * @param toRow row after the last one
   * @param limits of each fixed vector; may be lowered while pairs are accepted
   */
  void find(float[] vectors, int fromRow, int toRow, float[] limits, Pairs pairs);
}
