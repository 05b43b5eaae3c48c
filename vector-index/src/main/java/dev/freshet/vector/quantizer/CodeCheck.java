package dev.freshet.vector.quantizer;

import dev.freshet.state.model.Metric;
import dev.freshet.vector.kernels.Distance;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.kernels.NearestCentroid;
import java.util.Arrays;

/**
 * Compares what a segment stores of rows with what its model makes of their present vectors.
 *
 * <p>Whoever wrote the segment may have rounded otherwise in the last bit, so equal bytes are not
 * asked for but equal distances ({@link CodeTolerance}). A code must fit the partition it lies in;
 * another partition may be nearer, as a merge that joins partitions leaves some rows where they
 * are. Vectors whose squared length is no float32 value are not judged: their codes mean nothing.
 *
 * <p>Not thread-safe. Holds a chunk of vectors of 128 KiB or 64 rows, and twice the model.
 */
public final class CodeCheck {
  private static final int CHUNK_FLOATS = 1 << 15;
  private static final int MIN_CHUNK_ROWS = 64;

  /** What an entry is to the present vector of its row. */
  public enum Verdict {
    /** The vector's own code, in its nearest partition. */
    RIGHT,
    /** The vector's own code, in a partition that is not the nearest. */
    MISPLACED,
    /** The code of another vector, or the row has none that can be encoded. */
    STALE
  }

  private final IvfModel model;
  private final NearestCentroid centroids;
  private final Encoding encoding;
  private final CodeTolerance tolerance;
  private final int chunkRows;
  private final float[] prepared;
  private final float[] scratch;
  private final int[] nearest;
  private final byte[] expected;

  /**
   * @throws IllegalArgumentException if Lance encodes the vectors of this model
   */
  public CodeCheck(IvfModel model, Kernels kernels) {
    this.model = model;
    this.encoding = Encoding.of(model, kernels);
    this.centroids =
        kernels.nearestCentroid(model.centroids(), model.dimension(), Distance.of(model.metric()));
    this.tolerance = new CodeTolerance(model);
    this.chunkRows = Math.max(MIN_CHUNK_ROWS, CHUNK_FLOATS / model.dimension());
    this.prepared = new float[Math.multiplyExact(chunkRows, model.dimension())];
    this.scratch = new float[prepared.length];
    this.nearest = new int[chunkRows];
    this.expected = new byte[Math.multiplyExact(chunkRows, model.codeBytes())];
  }

  /**
   * Judges entries.
   *
   * @param present the vector that each entry's row has now
   * @param partitions where each entry lies
   * @param codes the stored codes, row-major, [rows][codeBytes]
   * @return a verdict for each row of the batch
   */
  public Verdict[] check(VectorBatch present, int[] partitions, byte[] codes) {
    Verdict[] verdicts = new Verdict[present.rows()];
    for (int from = 0; from < present.rows(); from += chunkRows) {
      checkChunk(present, partitions, codes, from, verdicts);
    }
    return verdicts;
  }

  private void checkChunk(
      VectorBatch present, int[] partitions, byte[] codes, int from, Verdict[] verdicts) {
    int rows = Math.min(chunkRows, present.rows() - from);
    int dimension = model.dimension();
    System.arraycopy(present.vectors(), from * dimension, prepared, 0, rows * dimension);
    if (model.metric() == Metric.COSINE) {
      VectorPreparation.normalize(prepared, 0, rows, dimension);
    }
    for (int row = 0; row < rows; row++) {
      if (!present.valid().get(from + row)
          || !VectorPreparation.isFinite(prepared, row * dimension, dimension)) {
        verdicts[from + row] = Verdict.STALE;
        Arrays.fill(prepared, row * dimension, (row + 1) * dimension, 0f);
      }
    }
    int[] stored = Arrays.copyOfRange(partitions, from, from + rows);
    centroids.assign(prepared, 0, rows, nearest);
    System.arraycopy(prepared, 0, scratch, 0, rows * dimension);
    encoding.encode(scratch, rows, stored, expected, 0);
    for (int row = 0; row < rows; row++) {
      if (verdicts[from + row] == null) {
        verdicts[from + row] = verdict(row, stored[row], codes, from + row);
      }
    }
  }

  private Verdict verdict(int row, int partition, byte[] codes, int at) {
    int vector = row * model.dimension();
    int bytes = model.codeBytes();
    if (!CodeTolerance.measurable(prepared, vector, model.dimension())) {
      return Verdict.RIGHT;
    }
    boolean same =
        Arrays.equals(expected, row * bytes, (row + 1) * bytes, codes, at * bytes, (at + 1) * bytes)
            || tolerance.sameCode(
                prepared, vector, partition, expected, row * bytes, codes, at * bytes);
    if (!same) {
      return Verdict.STALE;
    }
    return nearest[row] == partition
            || tolerance.asNear(prepared, vector, Math.max(0, nearest[row]), partition)
        ? Verdict.RIGHT
        : Verdict.MISPLACED;
  }
}
