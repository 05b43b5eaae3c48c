package dev.freshet.lance.verify;

import dev.freshet.lance.read.VectorTake;
import dev.freshet.vector.format.PartitionCursor;
import dev.freshet.vector.quantizer.CodeCheck;
import dev.freshet.vector.quantizer.IvfModel;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Compares the stored codes of a segment with those of the present vectors. Codes with the expected
 * checksum are right; the vectors of all others are read once more and judged by distance, up to
 * {@value #MAX_ROWS} rows or {@value #MAX_BYTES} bytes of vectors at a time.
 */
final class CodeComparison {

  private static final int MAX_ROWS = 8192;
  private static final int MAX_BYTES = 16 << 20;

  private final VectorTake vectors;
  private final IvfModel model;
  private final CodeCheck check;
  private final EntryFindings findings;
  private final long[] rowIds;
  private final int[] partitions;
  private final byte[] codes;
  private int waiting;

  CodeComparison(VectorTake vectors, IvfModel model, CodeCheck check, EntryFindings findings) {
    this.vectors = vectors;
    this.model = model;
    this.check = check;
    this.findings = findings;
    int most = Math.max(64, Math.min(MAX_ROWS, MAX_BYTES / (model.dimension() * Float.BYTES)));
    this.rowIds = new long[most];
    this.partitions = new int[most];
    this.codes = new byte[Math.multiplyExact(most, model.codeBytes())];
  }

  /** Looks at the entries of those rows; others are passed over. */
  void compare(PartitionCursor cursor, ExpectedCodes expected) throws IOException {
    int codeBytes = model.codeBytes();
    while (cursor.next()) {
      for (int i = 0; i < cursor.rows(); i++) {
        long id = cursor.rowIds()[i];
        if (expected.matches(id, cursor.partition(), cursor.codes(), i * codeBytes)) {
          findings.compared(1);
        } else if (expected.contains(id)) {
          findings.compared(1);
          suspect(id, cursor.partition(), cursor.codes(), i * codeBytes);
        }
      }
    }
    judge();
  }

  private void suspect(long rowId, int partition, byte[] from, int at) throws IOException {
    rowIds[waiting] = rowId;
    partitions[waiting] = partition;
    System.arraycopy(from, at, codes, waiting * model.codeBytes(), model.codeBytes());
    waiting++;
    if (waiting == rowIds.length) {
      judge();
    }
  }

  private void judge() throws IOException {
    if (waiting == 0) {
      return;
    }
    CodeCheck.Verdict[] verdicts = check.check(present(), partitions, codes);
    for (int i = 0; i < waiting; i++) {
      switch (verdicts[i]) {
        case RIGHT -> {}
        case MISPLACED -> findings.misplaced(rowIds[i]);
        case STALE -> findings.stale(rowIds[i]);
      }
    }
    waiting = 0;
  }

  /** The present vectors of the entries that wait, in their order. */
  private VectorBatch present() throws IOException {
    List<Long> distinct =
        LongStream.of(Arrays.copyOf(rowIds, waiting)).sorted().distinct().boxed().toList();
    VectorBatch taken = vectors.take(distinct);
    Map<Long, Integer> places = new HashMap<>();
    for (int row = 0; row < taken.rows(); row++) {
      places.put(taken.rowIds()[row], row);
    }
    int dimension = model.dimension();
    float[] values = new float[waiting * dimension];
    BitSet valid = new BitSet(waiting);
    for (int i = 0; i < waiting; i++) {
      Integer row = places.get(rowIds[i]);
      if (row != null && taken.valid().get(row)) {
        System.arraycopy(taken.vectors(), row * dimension, values, i * dimension, dimension);
        valid.set(i);
      }
    }
    return new VectorBatch(Arrays.copyOf(rowIds, waiting), values, valid, waiting);
  }
}
