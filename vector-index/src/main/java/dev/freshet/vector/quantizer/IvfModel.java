package dev.freshet.vector.quantizer;

import dev.freshet.state.model.IndexType;
import dev.freshet.state.model.Metric;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * IVF centroids and a quantizer: what every segment of a logical index shares.
 *
 * @param centroids shape [partitions][dimension]; shared, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // large; identity is id()
public record IvfModel(
    IndexType type, Metric metric, int dimension, float[] centroids, Quantizer quantizer) {

  public IvfModel {
    if (dimension < 1) {
      throw new IllegalArgumentException("A vector has at least one dimension, not " + dimension);
    }
    if (centroids.length == 0 || centroids.length % dimension != 0) {
      throw new IllegalArgumentException(
          centroids.length
              + " floats are not a whole number of centroids of dimension "
              + dimension);
    }
    if (quantizer instanceof Quantizer.Product pq
        && (dimension % pq.subVectors() != 0 || pq.codebook().length != dimension << pq.bits())) {
      throw new IllegalArgumentException(
          "A PQ codebook of "
              + pq.subVectors()
              + " sub-vectors does not fit dimension "
              + dimension);
    }
  }

  public int partitions() {
    return centroids.length / dimension;
  }

  /** Bytes of centroids and codebook. */
  public long bytes() {
    long codebook = quantizer instanceof Quantizer.Product pq ? pq.codebook().length : 0;
    return (centroids.length + codebook) * Float.BYTES;
  }

  public int codeBytes() {
    return quantizer.codeBytes(dimension);
  }

  /**
   * The same model with more partitions behind its own.
   *
   * @param more their centroids, shape [partitions][dimension]
   */
  public IvfModel grownBy(float[] more) {
    float[] all = Arrays.copyOf(centroids, centroids.length + more.length);
    System.arraycopy(more, 0, all, centroids.length, more.length);
    return new IvfModel(type, metric, dimension, all, quantizer);
  }

  /**
   * Whether this is another model, or that one {@link #grownBy grown}: then what the other makes of
   * a vector, partition and code, stands for the same in this one.
   */
  public boolean hasGrownFrom(IvfModel other) {
    return dimension == other.dimension
        && partitions() >= other.partitions()
        && first(other.partitions()).id().equals(other.id());
  }

  /** The model without its last partitions: what it may have {@link #grownBy grown} from. */
  public IvfModel first(int partitions) {
    return new IvfModel(
        type, metric, dimension, Arrays.copyOf(centroids, partitions * dimension), quantizer);
  }

  /** What a model has in common with all that it has grown from or will grow to, and no other. */
  public String origin() {
    return first(1).id();
  }

  /** SHA-256 over the whole content, the first 16 bytes in hexadecimal: equal models, equal ids. */
  public String id() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      update(digest, centroids);
      String head = type + "|" + metric + "|" + dimension + "|";
      digest.update((head + quantizer.describe()).getBytes(StandardCharsets.UTF_8));
      if (quantizer instanceof Quantizer.Product pq) {
        update(digest, pq.codebook());
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  private static void update(MessageDigest digest, float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    digest.update(bytes);
  }
}
