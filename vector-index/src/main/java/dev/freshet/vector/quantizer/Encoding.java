package dev.freshet.vector.quantizer;

import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.kernels.ProductEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Turns prepared vectors into codes. Not thread-safe. */
sealed interface Encoding {

  /**
   * Encodes rows whose partitions are known.
   *
   * @param vectors shape [rows][dimension]; may be overwritten
   * @param partitions the partition of each row
   * @param codes receives [rows][codeBytes]
   * @param codesFrom where the first row's code goes
   */
  void encode(float[] vectors, int rows, int[] partitions, byte[] codes, int codesFrom);

  /** The encoding of a model's quantizer. */
  static Encoding of(IvfModel model, Kernels kernels) {
    if (model.quantizer() instanceof Quantizer.Product pq) {
      return new Product(model, pq, kernels);
    }
    if (model.quantizer() instanceof Quantizer.Scalar sq) {
      return new Scalar(sq, model.dimension());
    }
    if (model.quantizer() instanceof Quantizer.Flat) {
      return new Flat(model.dimension());
    }
    throw new IllegalArgumentException(
        "Vectors of type " + model.type() + " are encoded by Lance, not by Freshet");
  }

  /** The vector itself. */
  record Flat(int dimension) implements Encoding {
    @Override
    public void encode(float[] vectors, int rows, int[] partitions, byte[] codes, int codesFrom) {
      int floats = rows * dimension;
      ByteBuffer.wrap(codes, codesFrom, floats * Float.BYTES)
          .slice()
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .put(vectors, 0, floats);
    }
  }

  /** Scaled to the bounds in float64, cut off towards zero, saturated. */
  record Scalar(Quantizer.Scalar bounds, int dimension) implements Encoding {
    @Override
    public void encode(float[] vectors, int rows, int[] partitions, byte[] codes, int codesFrom) {
      double lower = bounds.lower();
      double range = bounds.upper() - lower;
      for (int i = 0; i < rows * dimension; i++) {
        int scaled = (int) ((vectors[i] - lower) * 255.0 / range);
        codes[codesFrom + i] = (byte) Math.max(0, Math.min(255, scaled));
      }
    }
  }

  /** The nearest entry of each sub-vector: of the residual, except for the inner product. */
  final class Product implements Encoding {
    private final IvfModel model;
    private final Quantizer.Product quantizer;
    private final ProductEncoder encoder;
    private byte[] entries = new byte[0];

    Product(IvfModel model, Quantizer.Product quantizer, Kernels kernels) {
      this.model = model;
      this.quantizer = quantizer;
      this.encoder =
          kernels.productEncoder(quantizer.codebook(), quantizer.subVectors(), quantizer.entries());
    }

    @Override
    public void encode(float[] vectors, int rows, int[] partitions, byte[] codes, int codesFrom) {
      if (Residuals.used(model.metric())) {
        Residuals.subtract(vectors, rows, partitions, model.centroids(), model.dimension());
      }
      int length = rows * quantizer.subVectors();
      if (entries.length < length) {
        entries = new byte[length];
      }
      encoder.encode(vectors, 0, rows, entries);
      if (quantizer.bits() == Byte.SIZE) {
        System.arraycopy(entries, 0, codes, codesFrom, length);
      } else {
        for (int i = 0; i < length; i += 2) {
          codes[codesFrom + i / 2] = (byte) (entries[i] | entries[i + 1] << 4);
        }
      }
    }
  }
}
