package dev.freshet.vector.quantizer;

/** What turns a vector into the code that a segment stores for it. */
public sealed interface Quantizer {

  /** Bytes of one code for vectors of the given dimension. */
  int codeBytes(int dimension);

  /** The kind and its scalar parameters; part of a model's identity. */
  String describe();

  /** Stores the vector itself, as little-endian float32 (normalised first for cosine). */
  record Flat() implements Quantizer {
    @Override
    public int codeBytes(int dimension) {
      return dimension * Float.BYTES;
    }

    @Override
    public String describe() {
      return "flat";
    }
  }

  /**
   * Scalar quantization to 8 bits: each value is scaled linearly from the bounds to [0, 255].
   *
   * @param lower value that becomes 0
   * @param upper value that becomes 255; above {@code lower}
   */
  record Scalar(double lower, double upper) implements Quantizer {
    public Scalar {
      if (!(Double.isFinite(lower) && Double.isFinite(upper) && lower < upper)) {
        throw new IllegalArgumentException(
            "SQ bounds must be finite and ascend: " + lower + ", " + upper);
      }
    }

    @Override
    public int codeBytes(int dimension) {
      return dimension;
    }

    @Override
    public String describe() {
      return "sq|" + lower + "|" + upper;
    }
  }

  /**
   * Product quantization (Jégou et al., 2011).
   *
   * @param subVectors number of sub-vectors, m; divides the dimension
   * @param bits bits of one sub-code, 4 or 8; two 4-bit sub-codes share a byte
   * @param codebook shape [m][2^bits][dimension / m]; shared, not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // large; identity is the model's id
  record Product(int subVectors, int bits, float[] codebook) implements Quantizer {
    public Product {
      if (bits != 4 && bits != 8) {
        throw new IllegalArgumentException("PQ takes 4 or 8 bits, not " + bits);
      }
      if (subVectors < 1 || (bits == 4 && subVectors % 2 != 0)) {
        throw new IllegalArgumentException(
            "PQ needs a positive number of sub-vectors, even for 4 bits, not " + subVectors);
      }
      if (codebook.length == 0 || codebook.length % (subVectors << bits) != 0) {
        throw new IllegalArgumentException(
            "A PQ codebook of "
                + codebook.length
                + " floats does not fit "
                + subVectors
                + " sub-vectors of "
                + (1 << bits)
                + " entries");
      }
    }

    /** Centroids of one sub-vector: 2^bits. */
    public int entries() {
      return 1 << bits;
    }

    @Override
    public int codeBytes(int dimension) {
      return subVectors * bits / Byte.SIZE;
    }

    @Override
    public String describe() {
      return "pq|" + subVectors + "|" + bits;
    }
  }

  /** Chosen by Lance anew in each segment it builds, so it is no part of the model. */
  record BuiltByLance() implements Quantizer {
    @Override
    public int codeBytes(int dimension) {
      return 0;
    }

    @Override
    public String describe() {
      return "lance";
    }
  }
}
