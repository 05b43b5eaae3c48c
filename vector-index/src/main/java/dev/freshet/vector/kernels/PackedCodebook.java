package dev.freshet.vector.kernels;

/**
 * A PQ codebook in tiles [subVector][entries / 4][depth][4], multiplied by -2, and the squared
 * norms of its entries: the score of an entry c for a sub-vector x is |c|² - 2 x·c.
 *
 * @param depth the length, or one more if it is odd: two dimensions are taken at a time
 */
@SuppressWarnings("ArrayRecordComponent") // shared inside this package only
record PackedCodebook(
    int subVectors, int entries, int length, int depth, float[] tiles, float[] norms) {
  static final int TILE = 4;

  static PackedCodebook of(float[] codebook, int subVectors, int entries) {
    int total = Math.multiplyExact(subVectors, entries);
    if (entries % TILE != 0 || codebook.length == 0 || codebook.length % total != 0) {
      throw new IllegalArgumentException(
          codebook.length + " floats are no codebook of " + subVectors + " x " + entries);
    }
    int length = codebook.length / total;
    int depth = length + length % 2;
    float[] tiles = new float[Math.multiplyExact(total, depth)];
    float[] norms = new float[total];
    for (int i = 0; i < total; i++) {
      int at = tile(i, depth);
      double squares = 0;
      for (int d = 0; d < length; d++) {
        float value = codebook[i * length + d];
        tiles[at + d * TILE] = -2f * value;
        squares += (double) value * value;
      }
      norms[i] = (float) squares;
    }
    return new PackedCodebook(subVectors, entries, length, depth, tiles, norms);
  }

  private static int tile(int entry, int depth) {
    return entry / TILE * TILE * depth + entry % TILE;
  }

  /** Where the first value of an entry is; the next ones are {@code TILE} further each. */
  int at(int entry) {
    return tile(entry, depth);
  }

  int dimension() {
    return subVectors * length;
  }

  /** The floats of a transposed block of {@code width} rows. */
  int blockSize(int width) {
    return Math.multiplyExact(subVectors * depth, width);
  }

  /** Copies up to {@code width} rows to [subVectors][depth][width]; what else is there is kept. */
  void transpose(float[] vectors, int fromRow, int rows, int width, float[] block, int blockAt) {
    int runs = depth == length ? 1 : subVectors; // a long run is faster than many short ones
    int run = dimension() / runs;
    for (int r = 0; r < rows; r++) {
      int from = (fromRow + r) * dimension();
      for (int i = 0; i < runs; i++) {
        int to = blockAt + i * depth * width + r;
        for (int d = 0; d < run; d++) {
          block[to + d * width] = vectors[from + i * run + d];
        }
      }
    }
  }
}
