package dev.freshet.vector.quantizer;

import dev.freshet.vector.kernels.Distance;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.kernels.NearestCentroid;
import java.util.Arrays;

/**
 * Assigns vectors to partitions and encodes them, with the results of Lance: cosine means vectors
 * normalised first and L2 from then on; rows that are null or not finite are left out. A vector so
 * large that its squared distances overflow goes to partition 0; its PQ code means nothing.
 *
 * <p>Not thread-safe. A batch passes in chunks that stay in the second-level cache from the copy to
 * the code. Beside the result it holds a few of them, 128 KiB or 64 vectors each, whichever is
 * more, and twice the model.
 */
public final class VectorEncoder {
  private static final int CHUNK_FLOATS = 1 << 15;
  private static final int MIN_CHUNK_ROWS = 64;

  private final IvfModel model;
  private final NearestCentroid centroids;
  private final Encoding encoding;
  private final PreparedVectors prepared;
  private final int[] nearest;

  /**
   * @throws IllegalArgumentException if Lance encodes the vectors of this model
   */
  public VectorEncoder(IvfModel model, Kernels kernels) {
    this.model = model;
    this.encoding = Encoding.of(model, kernels);
    this.centroids =
        kernels.nearestCentroid(model.centroids(), model.dimension(), Distance.of(model.metric()));
    int chunkRows = Math.max(MIN_CHUNK_ROWS, CHUNK_FLOATS / model.dimension());
    this.prepared = new PreparedVectors(chunkRows, model.dimension(), model.metric());
    this.nearest = new int[chunkRows];
  }

  /**
   * Encodes a batch; the rows that remain keep their order.
   *
   * @throws IllegalArgumentException if the batch is not of the model's dimension, or its codes
   *     would exceed 2 GiB
   */
  public EncodedVectors encode(VectorBatch batch) {
    check(batch);
    long[] rowIds = new long[batch.rows()];
    int[] partitions = new int[batch.rows()];
    byte[] codes = new byte[batch.rows() * model.codeBytes()];
    int encoded = 0;
    long skippedNull = 0;
    long skippedNonFinite = 0;
    for (int from = 0; from < batch.rows(); ) {
      from = prepared.load(batch, from);
      prepared.copyRowIds(rowIds, encoded);
      encode(partitions, codes, encoded);
      encoded += prepared.rows();
      skippedNull += prepared.skippedNull();
      skippedNonFinite += prepared.skippedNonFinite();
    }
    EncodedBlock block =
        encoded == batch.rows()
            ? new EncodedBlock(rowIds, partitions, codes)
            : new EncodedBlock(
                Arrays.copyOf(rowIds, encoded),
                Arrays.copyOf(partitions, encoded),
                Arrays.copyOf(codes, encoded * model.codeBytes()));
    return new EncodedVectors(block, skippedNull, skippedNonFinite);
  }

  private void encode(int[] partitions, byte[] codes, int at) {
    int rows = prepared.rows();
    centroids.assign(prepared.vectors(), 0, rows, nearest);
    for (int row = 0; row < rows; row++) {
      nearest[row] = Math.max(0, nearest[row]);
    }
    System.arraycopy(nearest, 0, partitions, at, rows);
    encoding.encode(prepared.vectors(), rows, nearest, codes, at * model.codeBytes());
  }

  private void check(VectorBatch batch) {
    if (batch.vectors().length < (long) batch.rows() * model.dimension()) {
      throw new IllegalArgumentException(
          batch.vectors().length
              + " floats are too few for "
              + batch.rows()
              + " vectors of dimension "
              + model.dimension());
    }
    if ((long) batch.rows() * model.codeBytes() > Integer.MAX_VALUE - Long.BYTES) {
      throw new IllegalArgumentException(
          "A batch of "
              + batch.rows()
              + " rows has more than 2 GiB of codes: encode smaller batches");
    }
  }
}
