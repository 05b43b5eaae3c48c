package dev.freshet.operators.publish;

import dev.freshet.lance.dataset.DatasetHandle;
import dev.freshet.lance.dataset.VectorColumn;
import dev.freshet.lance.read.VectorTake;
import dev.freshet.vector.format.PartitionCursor;
import dev.freshet.vector.format.SegmentReader;
import dev.freshet.vector.kernels.Kernels;
import dev.freshet.vector.quantizer.CodeCheck;
import dev.freshet.vector.quantizer.CodeCheck.Verdict;
import dev.freshet.vector.quantizer.VectorBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Compares some codes of a segment with the present vectors of their rows: {@value #ROWS} rows of
 * each of {@value #PARTITIONS} partitions at most. A search finds a row also by a code that another
 * model has made, if the models are alike; this does not.
 */
final class CodeSample {

  private static final int PARTITIONS = 16;
  private static final int ROWS = 64;

  private final SegmentReader reader;
  private final int codeBytes;
  private final List<Long> rowIds = new ArrayList<>();
  private final List<Integer> partitions = new ArrayList<>();
  private final List<byte[]> codes = new ArrayList<>();

  /**
   * Draws entries.
   *
   * @param reader of a segment whose codes Freshet knows
   * @param seed of the choice of partitions
   */
  CodeSample(SegmentReader reader, long seed) throws IOException {
    this.reader = reader;
    this.codeBytes = reader.model().codeBytes();
    PartitionCursor cursor = reader.cursor(Runnable::run, chosen(seed));
    int partition = -1;
    int taken = 0;
    while (cursor.next()) {
      taken = cursor.partition() == partition ? taken : 0;
      partition = cursor.partition();
      for (int row = 0; row < cursor.rows() && taken < ROWS; row++, taken++) {
        rowIds.add(cursor.rowIds()[row]);
        partitions.add(partition);
        codes.add(Arrays.copyOfRange(cursor.codes(), row * codeBytes, (row + 1) * codeBytes));
      }
    }
  }

  private BitSet chosen(long seed) {
    long[] lengths = reader.partitionLengths();
    List<Integer> filled =
        new ArrayList<>(
            IntStream.range(0, lengths.length).filter(p -> lengths[p] > 0).boxed().toList());
    Collections.shuffle(filled, new Random(seed));
    BitSet chosen = new BitSet();
    filled.stream().limit(PARTITIONS).forEach(chosen::set);
    return chosen;
  }

  /** Share of the entries of live rows whose code is that of another vector; from 0 to 1. */
  double strange(DatasetHandle dataset, VectorColumn column) throws IOException {
    VectorBatch live =
        new VectorTake(dataset, column).takeLive(rowIds.stream().distinct().sorted().toList());
    Map<Long, Integer> places = new HashMap<>();
    for (int row = 0; row < live.rows(); row++) {
      places.put(live.rowIds()[row], row);
    }
    List<Integer> entries =
        IntStream.range(0, rowIds.size())
            .filter(entry -> places.containsKey(rowIds.get(entry)))
            .boxed()
            .toList();
    if (entries.isEmpty()) {
      return 0;
    }
    Verdict[] verdicts = verdicts(live, places, entries);
    return (double) Arrays.stream(verdicts).filter(Verdict.STALE::equals).count() / verdicts.length;
  }

  private Verdict[] verdicts(VectorBatch live, Map<Long, Integer> places, List<Integer> entries) {
    int dimension = reader.model().dimension();
    long[] ids = new long[entries.size()];
    int[] at = new int[entries.size()];
    float[] vectors = new float[entries.size() * dimension];
    byte[] stored = new byte[entries.size() * codeBytes];
    BitSet valid = new BitSet();
    for (int i = 0; i < ids.length; i++) {
      int entry = entries.get(i);
      int row = places.get(rowIds.get(entry));
      ids[i] = rowIds.get(entry);
      at[i] = partitions.get(entry);
      valid.set(i, live.valid().get(row));
      System.arraycopy(live.vectors(), row * dimension, vectors, i * dimension, dimension);
      System.arraycopy(codes.get(entry), 0, stored, i * codeBytes, codeBytes);
    }
    return new CodeCheck(reader.model(), Kernels.best())
        .check(new VectorBatch(ids, vectors, valid, ids.length), at, stored);
  }
}
