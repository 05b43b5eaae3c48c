package dev.freshet.vector.kernels;

/**
 * A PQ codebook in tiles [subVector][entries / 4][length][4], multiplied by -2, and the squared
 * norms of its entries: the score of an entry c for a sub-vector x is |c|² - 2 x·c.
 */
@SuppressWarnings("ArrayRecordComponent") // shared inside this package only
record PackedCodebook(int subVectors, int entries, int length, float[] tiles, float[] norms) {
  static final int TILE = 4;

  static PackedCodebook of(float[] codebook, int subVectors, int entries) {
    int total = Math.multiplyExact(subVectors, entries);
    if (entries % TILE != 0 || codebook.length == 0 || codebook.length % total != 0) {
      throw new IllegalArgumentException(
          codebook.length + " floats are no codebook of " + subVectors + " x " + entries);
    }
    int length = codebook.length / total;
    float[] tiles = new float[codebook.length];
    float[] norms = new float[total];
    for (int i = 0; i < total; i++) {
      int at = i / TILE * TILE * length + i % TILE;
      double squares = 0;
      for (int d = 0; d < length; d++) {
        float value = codebook[i * length + d];
        tiles[at + d * TILE] = -2f * value;
        squares += (double) value * value;
      }
      norms[i] = (float) squares;
    }
    return new PackedCodebook(subVectors, entries, length, tiles, norms);
  }

  int dimension() {
    return subVectors * length;
  }

  /** Copies one sub-vector of up to {@code width} rows to [length][width]; absent rows are kept. */
  void transpose(float[] vectors, int fromRow, int rows, int subVector, int width, float[] block) {
    int dimension = dimension();
    for (int r = 0; r < rows; r++) {
      int at = (fromRow + r) * dimension + subVector * length;
      for (int d = 0; d < length; d++) {
        block[d * width + r] = vectors[at + d];
      }
    }
  }
}
